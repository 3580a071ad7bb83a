import type { Component } from '../registry/kinds/component.ts';
import type { Kind } from '../registry/kinds/kind.ts';
import { type Bench, openBench } from './bench.ts';
import { boundaryCases, type Case } from './boundaries.ts';
import { ContractError } from './contract-error.ts';
import { createFindings } from './findings.ts';
import { checkAugmentation } from './kinds/augmentation.ts';
import { checkBackbone } from './kinds/backbone.ts';
import { checkCalibration } from './kinds/calibration.ts';
import { checkExecutor } from './kinds/executor.ts';
import { checkLoss } from './kinds/loss.ts';
import { checkMetric } from './kinds/metric.ts';
import { checkOptimizer } from './kinds/optimizer.ts';
import { checkSampler } from './kinds/sampler.ts';
import { checkSchedule } from './kinds/schedule.ts';
import { checkSequence } from './kinds/sequence.ts';
import { checkSeriesRule } from './kinds/series-rule.ts';
import { checkSource } from './kinds/source.ts';
import { checkSplit } from './kinds/split.ts';
import { checkTracker } from './kinds/tracker.ts';
import { checkWindow } from './kinds/window.ts';
import type { TestOptions, TestReport } from './options.ts';
import { parameters } from './params.ts';
import { checkParams, checkSchemas } from './schema-checks.ts';
import type { Subject } from './subject.ts';

/** One entry a kind: none can be forgotten. */
const CHECKS: { [K in Kind]: (subject: Subject<K>) => Promise<void> } = {
  source: checkSource,
  'series-rule': checkSeriesRule,
  split: checkSplit,
  window: checkWindow,
  augmentation: checkAugmentation,
  backbone: checkBackbone,
  sequence: checkSequence,
  loss: checkLoss,
  optimizer: checkOptimizer,
  schedule: checkSchedule,
  sampler: checkSampler,
  calibration: checkCalibration,
  metric: checkMetric,
  tracker: checkTracker,
  executor: checkExecutor,
};

/**
 * Tests that a component keeps what its kind promises: its schema (summary, descriptions, valid defaults), its
 * contract against what it really gives, at its defaults and at both ends of each parameter; determinism by seed; no
 * tensor kept, none read in JavaScript; finite gradients; images and windows in their ranges.
 *
 * Works in every test runner (vitest, `node --test`), and in none.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { testComponent } from 'ichor/testing';
 * import sigmoid from './sigmoid.js';
 *
 * test('sigmoid keeps the contract of windows', async () => {
 *   await testComponent(sigmoid, { params: { level: 40, width: 80 } });
 * });
 * ```
 *
 * @returns what was checked, and what was skipped and why
 * @throws ContractError (`contract-broken`) ONE error that lists all that is wrong, each with what to do
 * @throws IchorError `engine-missing` where `engine: 'native'` is asked for and not installed
 */
export async function testComponent(component: Component, options: TestOptions = {}): Promise<TestReport> {
  return testOn(component, options, () => openBench(options.engine ?? 'wasm'));
}

/** The same on an engine that is open already. */
export async function testOn(
  component: Component,
  options: Omit<TestOptions, 'engine'>,
  open: () => Promise<Bench>,
): Promise<TestReport> {
  const findings = createFindings();
  const title = `${component?.kind ?? 'component'} ${component?.name ?? 'without a name'}`;
  let engine: string | null = null;
  const bench = async () => {
    const found = await open();
    engine = found.engine.version;
    return found;
  };
  const valid = await checkSchemas(component, findings);
  const stated = options.params ?? {};
  if (
    valid !== null &&
    (await checkParams(component, stated, 'params', valid, findings)) &&
    (await checkParams(component, { ...stated, ...options.small }, 'small', valid, findings))
  ) {
    const base: Case = { params: parameters(component, stated), words: 'its defaults' };
    const small: Case = options.small
      ? { params: parameters(component, { ...stated, ...options.small }), words: '`small`' }
      : base;
    const boundaries = boundaryCases(component, base.params, valid);
    const subject = { component, findings, base, small, boundaries, bench, root: options.root };
    await (CHECKS[component.kind] as (subject: unknown) => Promise<void>)(subject);
  }
  if (findings.problems.length > 0) throw new ContractError(title, findings.problems);
  const { kind, name } = component;
  return { kind, name, engine, checked: findings.checked, skipped: findings.skipped };
}

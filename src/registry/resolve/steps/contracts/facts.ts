import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { componentFailed, paramsContradict } from '../../../diagnostics/findings/values.ts';
import type { Contradiction } from '../../../kinds/base.ts';
import type { Component, ComponentOf } from '../../../kinds/component.ts';
import type { Kind } from '../../../kinds/kind.ts';
import type { Metric, MetricInput } from '../../../kinds/metric.ts';
import type { Schedule } from '../../../kinds/schedule.ts';
import { slots } from '../../../language/slots.ts';
import type { Registry } from '../../../registry.ts';
import { at, formatPath, type Path } from '../../../values/path.ts';
import { schemaOf } from '../../../values/schema-type.ts';
import { sharedPlain } from '../../../values/shared-plain.ts';
import { isText, type Node, type Place } from '../../../values/value.ts';
import { RegistryMemo } from '../../registry-memo.ts';
import { contractProblem } from './contract-form.ts';

/** What a component declares, with its name. */
export type Declared<K extends Kind> = ReturnType<ComponentOf<K>['contract']> & { name: string };

/** What the rules read: values that are of the right form, or nothing. */
export interface Facts {
  recipe: Node;
  /** False for predictions with a trained run, which need no labels. */
  training: boolean;
  /** The contract of the component at a path, where it is of this kind and its block is valid. */
  contract<K extends Kind>(kind: K, path: string): Declared<K> | null;
  /** The scale of a plugin's window, with its parameters; null for those built in, and where its block is not valid. */
  scale(window: string): ((hu: number) => number) | null;
  /** What the schedule at a path multiplies the learning rate by, of an update and the updates in all; null where it cannot be asked. */
  factor(path: string): ((update: number, updates: number) => number) | null;
  /** Names of the figures of the metric at a path: what it says of no slice. Empty where it cannot be asked. */
  figures(path: string): readonly string[];
  /** Where a value stands, or the recipe where there is none. */
  place(...path: Path): Place;
  text(...path: Path): string | undefined;
  number(...path: Path): number | undefined;
  /** Nothing at or under the path is wrong by itself. */
  valid(path: Path): boolean;
}

/** One thing that has to fit. It looks at the recipe alone: no data, no weights, no engine. */
export type Rule = (facts: Facts) => Diagnostic[];

/** A required key that is misspelt is told as an unknown one. */
const isComplete = (node: Node, component: Component): boolean =>
  schemaOf(component.params).required?.every((key) => node.kind === 'map' && node.entries.has(key)) ?? true;

/** By the block of the metric, and the patient rule, whose truths its figures may name. */
const figureNames = new RegistryMemo<Node, readonly string[]>();

function namesOf(metric: Metric, params: unknown, patient: unknown): readonly string[] {
  try {
    const none = { slices: [], series: [], patient: patient as MetricInput['patient'] };
    return metric.evaluate(none, params as never).map(({ name }) => name);
  } catch {
    // A metric that fails where there is no slice is told by its contract test, and by the run if it comes to that:
    // here only its figures' names are asked for.
    return [];
  }
}

/** Null where it fails: that is told by its contract test, and by the run if it comes to that. */
function factorOf({ factor }: Schedule, params: unknown): ReturnType<Facts['factor']> {
  const of = (update: number, updates: number) => factor(update, updates, params as never);
  try {
    return Number.isFinite(of(0, 2)) ? of : null;
  } catch {
    return null;
  }
}

const declared = new RegistryMemo<Component, unknown>();

/** @throws TypeError where it gives what is no contradiction. */
function contradictionOf(component: Component, params: unknown): Contradiction | null {
  const found = (component.contradiction as ((params: unknown) => unknown) | undefined)?.(params) ?? null;
  if (found === null) return null;
  const { param, says, instead } = found as Contradiction;
  if (typeof param !== 'string' || typeof says !== 'string' || !['string', 'undefined'].includes(typeof instead))
    throw new TypeError('contradiction must give null, or an object of param and says, two texts.');
  return { param, says, ...(instead !== undefined && { instead }) };
}

function soundContract(component: Component, params: unknown): unknown {
  const contract = (component.contract as (params: unknown) => unknown)(params);
  const problem = contractProblem(component.kind, contract);
  if (problem !== null) throw new TypeError(problem);
  return contract;
}

/** `invalid`: what validation found. A contract that throws, or is none, is a finding of its own. */
export function factsOf(
  recipe: Node,
  registry: Registry,
  { invalid, training }: { invalid: readonly Diagnostic[]; training: boolean },
): { facts: Facts; findings: Diagnostic[] } {
  const wrong = invalid.filter(({ severity, code }) => severity === 'error' && code !== 'unknown-key');
  const valid = (path: Path) => {
    const text = formatPath(path);
    return !wrong.some(
      (one) => one.path === text || one.path.startsWith(`${text}.`) || one.path.startsWith(`${text}[`),
    );
  };
  const findings: Diagnostic[] = [];
  const contracts = new Map<string, { component: Component; contract: unknown; node: Node }>();
  for (const { path, shape, node } of slots(recipe)) {
    const type = node.kind === 'map' ? node.entries.get('type') : undefined;
    const component = isText(type) ? registry.get(shape.kind, type.value) : undefined;
    // Of a component that is known by its schema alone nothing can be asked.
    if (!component || component.schemaOnly || !valid(path) || !isComplete(node, component)) continue;
    try {
      const contradiction = contradictionOf(component, sharedPlain(node));
      if (contradiction !== null) {
        const param = [...path, contradiction.param];
        findings.push(paramsContradict(at(recipe, param)?.place ?? node.place, param, component.name, contradiction));
        continue;
      }
      const contract = declared.of(registry, node, component, () => soundContract(component, sharedPlain(node)));
      contracts.set(formatPath(path), { component, contract, node });
    } catch (error) {
      findings.push(componentFailed(node.place, path, component.name, error));
    }
  }
  const facts: Facts = {
    recipe,
    training,
    contract: <K extends Kind>(kind: K, path: string) => {
      const entry = contracts.get(path);
      if (entry?.component.kind !== kind) return null;
      return { ...(entry.contract as ReturnType<ComponentOf<K>['contract']>), name: entry.component.name };
    },
    scale: (window) => {
      const entry = contracts.get(formatPath(['windows', window]));
      const node = at(recipe, ['windows', window]);
      if (entry?.component.kind !== 'window' || !node || !entry.component.name.includes('/')) return null;
      const { component } = entry;
      return (hu) => component.scale(hu, sharedPlain(node) as never);
    },
    factor: (path) => {
      const entry = contracts.get(path);
      if (entry?.component.kind !== 'schedule') return null;
      return factorOf(entry.component, sharedPlain(entry.node));
    },
    figures: (path) => {
      const entry = contracts.get(path);
      const patient = at(recipe, ['evaluation', 'patient']);
      if (entry?.component.kind !== 'metric' || !patient || !valid(['evaluation', 'patient'])) return [];
      const { component, node } = entry;
      return figureNames.of(registry, node, patient, () => namesOf(component, sharedPlain(node), sharedPlain(patient)));
    },
    valid,
    place: (...path) => (at(recipe, path) ?? recipe).place,
    text: (...path) => {
      const node = at(recipe, path);
      return isText(node) && valid(path) ? node.value : undefined;
    },
    number: (...path) => {
      const node = at(recipe, path);
      return node?.kind === 'scalar' && typeof node.value === 'number' && valid(path) ? node.value : undefined;
    },
  };
  return { facts, findings };
}

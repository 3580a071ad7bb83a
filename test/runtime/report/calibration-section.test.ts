import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { LABELS } from '../../../src/labels.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import type { Metrics, ModelMetrics } from '../../../src/runtime/artifacts/metrics.ts';
import { calibrationSection } from '../../../src/runtime/report/calibration-section.ts';
import type { RunData } from '../../../src/runtime/report/read-run.ts';
import { recipeOf } from './run-fixture.ts';

const byLabel = <T>(of: (place: number) => T) =>
  Object.fromEntries(LABELS.map((label, place) => [label, of(place)])) as Record<(typeof LABELS)[number], T>;

const model = (temperatures: boolean): ModelMetrics => ({
  model: 'sequence',
  component: 'bi-lstm',
  calibration: {
    component: 'temperature',
    slices: 1200,
    patients: 90,
    temperatures: temperatures
      ? byLabel((place) => ({ value: 1 + place / 10, lowest: 0.9 + place / 10, highest: 1.1 + place / 10 }))
      : null,
  },
  sides: [
    {
      side: 'validation',
      calibration: {
        before: { ...byLabel((place) => 0.2 + place / 100), mean: 0.225 },
        after: { ...byLabel((place) => 0.1 + place / 100), mean: 0.125 },
      },
    } as ModelMetrics['sides'][0],
  ],
});

const section = (models: ModelMetrics[], more: Partial<RunData> = {}) =>
  calibrationSection({
    recipe: recipeOf(),
    registry: createRegistry(builtIn),
    page: { predictsWith: null },
    marks: ['SYNTHETIC'],
    judged: { side: 'validation' },
    metrics: { models } as unknown as Metrics,
    ...more,
  } as unknown as RunData);

const text = (models: ModelMetrics[], more?: Partial<RunData>) =>
  (section(models, more)?.body.text ?? '').replaceAll(/<[^>]+>/g, '|').replaceAll(/\|+\s*/g, '|');

describe('the section on calibration', () => {
  it('is there where a model is calibrated, and nowhere else', () => {
    const { calibration: _, ...plain } = model(true);
    expect(section([plain])).toBeNull();
    expect(section([plain, model(true)])?.title).toBe('Calibration');
  });

  it('shows each temperature with that of its folds, and the log loss before and after', () => {
    const said = text([model(true)]);
    expect(said).toContain('SYNTHETIC · sequence model: fitted on 1,200 slices of 90 patients; log loss on validation');
    expect(said).toContain('|epidural|1.000|0.900 to 1.100|0.2000|0.1000|');
    expect(said).toContain('|any|1.500|1.400 to 1.600|0.2500|0.1500|');
    expect(said).toContain('|mean|0.2250|0.1250|');
    expect(said).toContain('cross-fitted');
    expect(said).not.toContain('optimistic');
  });

  it('shows losses alone of a component without temperatures, and says whose validation side another run was', () => {
    expect(text([model(false)])).toContain('|epidural|0.2000|0.1000|');
    const said = text([model(true)], { page: { predictsWith: 'other-1' } } as Partial<RunData>);
    expect(said).toContain('Fitted on the validation side of other-1.');
    expect(said).not.toContain('cross-fitted');
  });

  it('says where the epoch was chosen on the very side', () => {
    const { train } = recipeOf();
    const chosen = { ...train, sequence: { ...train.sequence, checkpoint: { best: 'mean-log-loss' } } };
    expect(text([model(true)], { recipe: recipeOf({ train: chosen }) })).toContain('optimistic by that choice');
  });
});

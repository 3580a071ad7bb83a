import { describe, expect, it } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { LABELS, type SampledSlice, type SliceLabels, stream } from '../../src/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { choose } from '../../src/runtime/train/components.ts';

const registry = createRegistry(builtIn);

/** Slices of patients, by the labels that each has: `any` follows from them. */
const slices = (...patients: readonly (readonly (readonly string[])[])[]): SampledSlice[] =>
  patients.flatMap((own, patient) =>
    own.map((names, place) => ({
      slice: `p${patient}-${place}`,
      series: `p${patient}`,
      patient: `p${patient}`,
      labels: Object.fromEntries(
        LABELS.map((label) => [label, names.includes(label) || (label === 'any' && names.length > 0) ? 1 : 0]),
      ) as SliceLabels,
    })),
  );

const order = (value: { type: string; [name: string]: unknown }, of: readonly SampledSlice[], epoch = 0) => {
  const { component, params } = choose(registry, 'sampler', value);
  return component.order(of, { epoch, random: stream(3, 'backbone-order', epoch) }, params);
};
const times = (places: readonly number[], of: readonly SampledSlice[]) =>
  of.map((_, place) => places.filter((one) => one === place).length);

/** 20 slices, of which two have a haemorrhage. */
const FEW = slices(
  [['subdural'], [], [], [], []],
  [['epidural'], [], [], [], []],
  [[], [], [], [], []],
  [[], [], [], [], []],
);

describe('uniform', () => {
  it('is the order that epochs had before there were samplers: a shuffle by the same stream', () => {
    for (const epoch of [0, 1, 9])
      expect(order({ type: 'uniform' }, FEW, epoch)).toEqual(
        stream(3, 'backbone-order', epoch).shuffle(FEW.map((_, place) => place)),
      );
  });
});

describe('balanced', () => {
  it('has the stated share of the label in each epoch, each positive as often as another or once more', () => {
    for (const share of [0.1, 0.35, 0.5, 0.9])
      for (const epoch of [0, 1, 2]) {
        const drawn = order({ type: 'balanced', label: 'any', share }, FEW, epoch);
        expect(drawn).toHaveLength(20);
        const counts = times(drawn, FEW);
        const positives = [counts[0]!, counts[5]!];
        expect(positives[0]! + positives[1]!).toBe(Math.round(share * 20));
        expect(Math.abs(positives[0]! - positives[1]!)).toBeLessThanOrEqual(1);
        // None of the others comes twice as long as there are enough of them.
        expect(Math.max(...counts.filter((_, place) => place !== 0 && place !== 5))).toBe(1);
      }
  });

  it('balances one label where it says so, and draws each epoch anew', () => {
    const epidural = { type: 'balanced', label: 'epidural', share: 0.5 };
    expect(times(order(epidural, FEW), FEW)[5]).toBe(10);
    expect(order(epidural, FEW, 1)).not.toEqual(order(epidural, FEW, 0));
    expect(order(epidural, FEW, 1)).toEqual(order(epidural, FEW, 1));
  });

  it('refuses slices of one kind, and says which label', () => {
    expect(() => order({ type: 'balanced', label: 'intraventricular', share: 0.5 }, FEW)).toThrow(
      expect.objectContaining({
        code: 'sampler-impossible',
        exit: 2,
        message: 'balanced cannot draw by intraventricular: none of the 20 slices to learn from has it.',
      }),
    );
    const all = slices([['subdural'], ['subdural']]);
    expect(() => order({ type: 'balanced', label: 'any', share: 0.5 }, all)).toThrow(
      /none of the 2 slices .* lacks it/,
    );
  });
});

describe('one-slice-per-patient', () => {
  it('has one slice of each patient, in the end every slice of each', () => {
    const of = slices([[], []], [['subdural']], [[], [], []]);
    const seen = new Set<number>();
    for (let epoch = 0; epoch < 60; epoch++) {
      const drawn = order({ type: 'one-slice-per-patient' }, of, epoch);
      expect(drawn.map((place) => of[place]!.patient).sort()).toEqual(['p0', 'p1', 'p2']);
      for (const place of drawn) seen.add(place);
    }
    expect(seen.size).toBe(of.length);
  });
});

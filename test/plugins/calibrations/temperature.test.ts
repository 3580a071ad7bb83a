import { describe, expect, it } from 'vitest';
import temperature, { fitTemperature, HIGHEST, LOWEST } from '../../../plugins/calibrations/temperature.ts';
import { LABELS } from '../../../src/labels.ts';

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Drawn by no generator, so that the reference could make the same. */
function column(phase: number, gain: number) {
  const logits = Float64Array.from(
    { length: 300 },
    (_, i) => gain * Math.sin(0.7 * i + phase) + 0.3 * Math.cos(2.3 * i),
  );
  const labels = Uint8Array.from(logits, (z, i) =>
    ((i * 7919 + Math.floor(phase * 10)) % 97) / 97 < sigmoid((z / gain) * 1.4) ? 1 : 0,
  );
  return { logits, labels };
}
const columns = LABELS.map((_, k) => column(0.1 + 0.5 * k, 0.5 + 0.9 * k));
const input = { logits: columns.map(({ logits }) => logits), labels: columns.map(({ labels }) => labels) };

/**
 * scipy 1.17.1 on the same columns: 1 / brentq of the derivative of the log loss in 1/T (rtol 8.9e-16), which minimize_scalar of the
 * loss itself (bounded) agrees with to 1e-7, its own limit. Beside them the mean log loss at T and at 1.
 */
const SCIPY = [
  { positives: 149, temperature: 0.33780376729330913, loss: 0.5581389277427178, before: 0.6121830571027139 },
  { positives: 156, temperature: 0.9639613488163745, loss: 0.5799758837970961, before: 0.5800974340378283 },
  { positives: 157, temperature: 1.7204918302080603, loss: 0.5962504153607654, before: 0.6330506146401685 },
  { positives: 150, temperature: 2.545880509004813, loss: 0.6066866494967934, before: 0.7394848794786637 },
  { positives: 153, temperature: 2.8366724499219282, loss: 0.5838849510857684, before: 0.7841158440310988 },
  { positives: 151, temperature: 2.8274709651721954, loss: 0.5420621703301094, before: 0.7686311967987424 },
] as const;
const SCIPY_ALL = { temperature: 2.3016268260589077, loss: 0.602336204969174, before: 0.6862605043482026 } as const;

const lossAt = (t: number, { logits, labels }: { logits: Float64Array; labels: Uint8Array }) =>
  logits.reduce((sum, z, i) => sum - Math.log(labels[i] === 1 ? sigmoid(z / t) : 1 - sigmoid(z / t)), 0) /
  logits.length;

describe('temperature', () => {
  it('of each label is what scipy finds, within 1e-10', () => {
    const { parameters, notes } = temperature.fit(input, { by: 'label' });
    expect(notes).toBeUndefined();
    SCIPY.forEach(({ positives, temperature: t, loss, before }, k) => {
      const own = columns[k]!;
      expect(own.labels.reduce((a, b) => a + b, 0)).toBe(positives);
      expect(Math.abs(parameters.temperature![k]! - t)).toBeLessThan(1e-10);
      expect(lossAt(t, own)).toBeCloseTo(loss, 12);
      expect(lossAt(1, own)).toBeCloseTo(before, 12);
    });
  });

  it('of all labels together is one number, six times', () => {
    const { parameters } = temperature.fit(input, { by: 'all' });
    expect(new Set(parameters.temperature).size).toBe(1);
    expect(Math.abs(parameters.temperature![0]! - SCIPY_ALL.temperature)).toBeLessThan(1e-10);
  });

  it('is 1 of scores that are calibrated, and scales with the scores', () => {
    const { logits, labels } = columns[2]!;
    const { temperature: t } = fitTemperature([logits], [labels]);
    const once = fitTemperature([logits.map((z) => z / t)], [labels]).temperature;
    expect(once).toBeCloseTo(1, 10);
    expect(fitTemperature([logits.map((z) => 3 * z)], [labels]).temperature).toBeCloseTo(3 * t, 9);
  });

  it('stops at a bound where labels are told apart without an error, and where the scores say nothing or the opposite', () => {
    const { logits } = columns[1]!;
    const right = Uint8Array.from(logits, (z) => (z > 0 ? 1 : 0));
    const wrong = Uint8Array.from(logits, (z) => (z > 0 ? 0 : 1));
    expect(fitTemperature([logits], [right])).toEqual({ temperature: LOWEST, bound: 'lowest' });
    expect(fitTemperature([logits], [wrong])).toEqual({ temperature: HIGHEST, bound: 'highest' });
    expect(fitTemperature([new Float64Array(9)], [new Uint8Array(9)])).toEqual({ temperature: 1, bound: null });
    // One class only: all logits on its side, and on the other.
    const below = logits.map((z) => -Math.abs(z) - 0.1);
    expect(fitTemperature([below], [new Uint8Array(300)]).bound).toBe('lowest');
    expect(fitTemperature([below], [new Uint8Array(300).fill(1)]).bound).toBe('highest');
  });

  it('says which label is at a bound', () => {
    const labels = columns.map((own, k) =>
      k === 3 ? Uint8Array.from(own.logits, (z) => (z > 0 ? 1 : 0)) : own.labels,
    );
    const { notes } = temperature.fit({ ...input, labels }, { by: 'label' });
    expect(notes).toHaveLength(1);
    expect(notes?.[0]).toMatch(/^The temperature of subarachnoid is at its bound, 0\.05:/);
  });

  it('converges from anywhere in a few steps, also where logits are huge or tiny', () => {
    const { logits, labels } = columns[4]!;
    for (const size of [0.02, 0.1, 5]) {
      const { temperature: t } = fitTemperature([logits.map((z) => size * z)], [labels]);
      expect(t / (size * SCIPY[4].temperature)).toBeCloseTo(1, 9);
    }
    // Beyond the bounds.
    expect(fitTemperature([logits.map((z) => 1e6 * z)], [labels])).toEqual({ temperature: HIGHEST, bound: 'highest' });
    expect(fitTemperature([logits.map((z) => 1e-6 * z)], [labels])).toEqual({ temperature: LOWEST, bound: 'lowest' });
  });
});

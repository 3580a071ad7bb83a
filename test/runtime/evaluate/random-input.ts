import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import { stream } from '../../../src/random.ts';
import type { MetricInput, ScoredSeries, ScoredSlice } from '../../../src/registry/kinds/metric.ts';
import { rule } from './scored-fixture.ts';

/** Patients with one to three series of two to seven slices; scores are rounded, so that many tie; some slices have no label. */
export function randomInput(seed: number, people: number, patient: MetricInput['patient'] = rule): MetricInput {
  const random = stream(seed, 'test-input');
  const series: ScoredSeries[] = [];
  for (let p = 0; p < people; p++) {
    const bleeds = random.chance(0.5);
    for (let r = 0; r <= random.integer(3); r++) {
      const id = { series: `r${p}-${r}`, patient: `p${p}` };
      const positions = Array.from({ length: 2 + random.integer(6) }, () => {
        const types = LABELS.map((label) => (label !== 'any' && bleeds && random.chance(0.4) ? 1 : 0));
        const truths = LABELS.map((label, i) => (label === 'any' ? Math.max(...types) : types[i]!));
        const labels = Object.fromEntries(LABELS.map((label, i) => [label, truths[i]])) as unknown as SliceLabels;
        const probabilities = truths.map((y) => Math.round(20 * (0.3 * y + 0.7 * random.uniform())) / 20);
        const known = random.chance(0.9) ? labels : null;
        return { any: probabilities[5]!, truth: known?.any ?? null, probabilities, labels: known };
      });
      const slices = positions.flatMap(({ probabilities, labels }, k): ScoredSlice[] =>
        labels === null ? [] : [{ ...id, slice: `${id.series}-${k}`, probabilities, labels }],
      );
      if (slices.length > 0) series.push({ ...id, slices, positions });
    }
  }
  return { slices: series.flatMap((one) => one.slices), series, patient };
}

// Figures and 1,000 draws of the five default metrics, on made-up predictions: 2,890 series of 35 slices.
import { builtIn } from '../../dist/plugins/index.js';
import { LABELS, stream } from '../../dist/src/index.js';
import { intervalsOf } from '../../dist/src/runtime/evaluate/intervals.js';

const random = stream(0, 'bench');
const patient = { rule: 'consecutive', slices: 3, threshold: 0.5, truth: ['same-rule', 'any-slice'] };
const series = Array.from({ length: 2890 }, (_, n) => {
  const id = { series: `r${n}`, patient: `p${Math.floor(n / 1.15)}` };
  const bleeds = random.chance(0.4);
  const slices = Array.from({ length: 35 }, (_unused, k) => {
    const labels = Object.fromEntries(LABELS.map((label) => [label, bleeds && random.chance(0.15) ? 1 : 0]));
    const probabilities = LABELS.map((label) => 1 / (1 + Math.exp(-(3 * labels[label] - 2 + random.normal()))));
    return { ...id, slice: `${id.series}-${k}`, labels, probabilities };
  });
  const positions = slices.map(({ labels, probabilities }) => ({
    any: probabilities[5],
    truth: labels.any,
    probabilities,
    labels,
  }));
  return { ...id, slices, positions };
});
const input = { slices: series.flatMap(({ slices }) => slices), series, patient };
const registry = { get: (kind, name) => builtIn.find((each) => each.kind === kind && each.name === name) };
const at = { level: 'slice', score: 'rule' };
const metrics = [
  { type: 'mean-log-loss', ...at },
  { type: 'kaggle-log-loss' },
  { type: 'patient-f1' },
  { type: 'series-f1' },
  { type: 'auc', ...at },
];
const started = performance.now();
const found = await intervalsOf(
  input,
  { evaluation: { metrics, patient, bootstrap: { draws: 1000, seed: 0 } } },
  registry,
  async () => {},
);
const seconds = (performance.now() - started) / 1000;
const cpu = process.cpuUsage();
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    slices: input.slices.length,
    figures: Object.keys(found).length,
  }),
);

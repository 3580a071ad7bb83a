// What the machine can do at most, by the same engine: the bar that nothing goes over.
import { bfloat16 } from './machine.mjs';
import { summary } from './statistics.mjs';
import { number } from './table.mjs';
import { Worker } from './worker-process.mjs';

const NAMES = { matmul: 'matrix product, 2,048²', convolution: 'convolution 3 × 3, 256 channels, 8 × 56²' };

/** GFLOP/s are the best that were seen: a limit, no custom. */
export async function measureLimits(_own, { threads, rounds, say }) {
  const [rows, limits] = [[], {}];
  for (const precision of ['float32', 'bfloat16']) {
    const row = (name) => `${NAMES[name]}, ${precision}`;
    if (precision === 'bfloat16' && bfloat16() === null) {
      rows.push({ what: row('matmul'), note: 'skipped: this processor has neither AMX nor AVX512_BF16' });
      continue;
    }
    const worker = new Worker('limits', { threads, precision });
    try {
      await worker.ask();
      const found = await worker.ask(String(rounds));
      limits[precision] = {};
      for (const [name, rates] of Object.entries(found)) {
        const { median, least, most } = summary(rates);
        limits[precision][name] = most;
        rows.push({
          what: row(name),
          ours: `${number(median)} GFLOP/s (${number(least)}–${number(most)})`,
          figure: most,
          unit: 'GFLOP/s',
        });
        say(`${row(name)}: ${number(most)} GFLOP/s`);
      }
    } finally {
      await worker.end();
    }
  }
  return { rows, limits };
}

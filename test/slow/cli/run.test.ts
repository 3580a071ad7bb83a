import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { quickstartOn } from '../../cli/quickstart-on.ts';
import { read, rowsById } from '../../cli/run-files.ts';
import { tiny } from '../../cli/tiny.ts';
import { ichor, top } from '../../cli.ts';

/** A loss that ends its process the n-th time that it is asked for its graph. */
const ENDS = `import { defineLoss, Type } from 'ichor';
let calls = 0;
export default defineLoss({
  name: 'test/ends',
  version: 1,
  summary: 'Binary cross-entropy that ends its process where it is told to.',
  params: Type.Object({}),
  contract: () => ({}),
  cells: (tf, logits, labels) => {
    calls += 1;
    if (process.env.ENDS_AT === String(calls)) process.kill(process.pid, process.env.ENDS_BY);
    const size = tf.abs(logits);
    return tf.add(tf.sub(tf.mul(tf.add(logits, size), 0.5), tf.mul(logits, labels)), tf.log1p(tf.exp(tf.neg(size))));
  },
});
`;

quickstartOn('wasm');

it('a run that ended while a step is recorded goes on as if nothing had been', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-run-'));
  await writeFile(join(folder, 'ends.ts'), ENDS);
  const quickstart = await readFile(join(top, 'recipes/quickstart.yaml'), 'utf8');
  await writeFile(join(folder, 'ends.yaml'), `${quickstart}plugins: [./ends.ts]\n`);
  const loss = ['--set', 'train.backbone.loss=test/ends'];
  const run = (store: string, env: NodeJS.ProcessEnv = {}) =>
    ichor(['run', join(folder, 'ends.yaml'), ...tiny, ...loss, '--store', join(folder, store)], { env });
  const whole = await run('ends-whole');
  expect(whole.status, whole.err).toBe(0);
  // Recorded are, after the look whether it can be: a whole batch, the last one, the validation of both.
  const killed = await run('ends', { ENDS_AT: '4', ENDS_BY: 'SIGKILL' });
  expect(killed.signal).toBe('SIGKILL');
  expect(killed.err).toMatch(/shards +done/);
  const interrupted = await run('ends', { ENDS_AT: '2', ENDS_BY: 'SIGINT' });
  expect(interrupted.status).toBe(130);
  const after = await run('ends');
  expect(after.status, after.err).toBe(0);
  // What is done of another recipe's first stages is no run of this one.
  const until = await ichor([
    'run',
    join(folder, 'ends.yaml'),
    ...tiny,
    ...loss,
    '--store',
    join(folder, 'ends'),
    '--set',
    'seed=99',
    '--until',
    'split',
    '--json',
  ]);
  expect(JSON.parse(until.out)).toMatchObject({ until: 'split', seed: 99 });
  await ichor(['runs', 'rm', JSON.parse(until.out).run, '--store', join(folder, 'ends')]);
  const last = `quickstart-${(await readdir(join(folder, 'ends', 'runs'))).length}`;
  const predictions = (store: string, name: string) => read(join(folder, store), 'predictions.csv', name);
  expect(rowsById(await predictions('ends', last))).toEqual(rowsById(await predictions('ends-whole', 'quickstart-1')));
}, 200_000);

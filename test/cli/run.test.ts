import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor, start, top } from '../cli.ts';
import { tiny } from './tiny.ts';

const recipe = ['run', 'recipes/quickstart.yaml', ...tiny];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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

const read = (store: string, file: string, run = 'quickstart-1') => readFile(join(store, 'runs', run, file), 'utf8');

describe.each(['native', 'wasm'])('the quickstart in small, on %s', (engine) => {
  const store = () => join(folder, engine);
  const run = (...more: string[]) => ichor([...recipe, '--engine', engine, '--store', store(), ...more]);

  it('goes through all stages and leaves predictions, metrics, a submission and a page', async () => {
    const { status, out, err } = await run();
    // The engine is named once, and says nothing of its own.
    expect(err.replace(/^ {2}engine +native, tensorflow \d+\.\d+\.\d+$/m, '')).not.toMatch(
      /tensorflow|oneDNN|deprecat|Hi, looks like/i,
    );
    expect(status, err).toBe(0);
    expect(out).toContain('mean-log-loss');
    expect(out).toContain('report.html');
    const page = await read(store(), 'report.html');
    expect(page).toMatch(/<title>[^<]*SYNTHETIC/);
    const predictions = (await read(store(), 'predictions.csv')).trim().split('\n');
    const slices = (await readdir(await sourceFolder(store(), 'stage_2_train'))).length;
    const test = (await readdir(await sourceFolder(store(), 'stage_2_test'))).length;
    expect(predictions.length - 1).toBe(slices + test);
    const submission = (await read(store(), 'submission.csv')).trim().split('\n');
    expect(submission[0]).toBe('ID,Label');
    expect(submission.length - 1).toBe(test * 6);
  }, 400_000);

  it('does no stage when the same command comes again, and says which run stands for it', async () => {
    const { status, err, out } = await run();
    expect(status).toBe(0);
    expect(err).not.toMatch(/ done in /);
    expect(err).toContain('done before');
    expect(out).toContain('quickstart-1');
    expect(await readdir(join(store(), 'runs'))).toEqual(['quickstart-1']);
  }, 60_000);

  it('predicts with no other recipe than it was trained by: one that was edited is refused, and written anew by a run', async () => {
    const file = join(store(), 'runs', 'quickstart-1', 'recipe.resolved.yaml');
    const text = await readFile(file, 'utf8');
    const edited = text.replace('level: 40', 'level: 400');
    expect(edited).not.toBe(text);
    await writeFile(file, edited);
    const test = await sourceFolder(store(), 'stage_2_test');
    const refused = await ichor(['predict', 'quickstart-1', test, '--engine', engine, '--store', store()]);
    expect(refused.status).toBe(2);
    expect(refused.err).toContain('error[run-recipe-edited]');
    const { status, err } = await run();
    expect(status).toBe(0);
    expect(err).toContain('was not what the run was made from');
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readFile(`${file}.edited`, 'utf8')).toBe(edited);
  }, 60_000);

  it('computes only what depends on a changed value', async () => {
    const { status, err } = await run('--set', 'train.sequence.optimizer.learningRate=2e-3');
    expect(status, err).toBe(0);
    expect(err).toMatch(/backbone +done before/);
    expect(err).toMatch(/sequence +done in/);
  }, 120_000);

  it('starts from the backbone of another run, with its marks, under a key of its own', async () => {
    const more = ['--set', 'backbone.weights.run=quickstart-1', '--set', 'name=again', '--until', 'backbone'];
    const { status, err } = await run(...more);
    expect(status, err).toBe(0);
    expect(err).toContain('starts from the backbone of the run quickstart-1');
    const { artifacts } = JSON.parse(await read(store(), 'run.json', 'again-1')) as {
      artifacts: { backbone: { key: string } };
    };
    const made = join(store(), 'store', 'backbone', artifacts.backbone.key);
    const { training } = JSON.parse(await readFile(join(made, 'network.json'), 'utf8'));
    expect(training.marks).toContain('SYNTHETIC');
    expect(training.weights).toMatchObject({ names: 'ichor', partial: null, format: 'safetensors' });
    const { parts } = JSON.parse(await readFile(join(made, 'manifest.json'), 'utf8'));
    expect(parts.weights).toMatch(/^backbone:[0-9a-f]{64}$/);
    expect(JSON.stringify(parts.slice)).not.toContain('quickstart-1');
    // Epoch 1 goes on from where the other run ended: nearer to the end of that than its own first epoch was.
    const loss = async (run: string) => Number((await read(store(), 'history.csv', run)).split('\n')[1]?.split(',')[3]);
    expect(await loss('again-1')).toBeLessThan(await loss('quickstart-1'));
  }, 120_000);

  it('predicts a folder of test slices as the run itself did, with heat maps where pictures are asked for too', async () => {
    const test = await sourceFolder(store(), 'stage_2_test');
    const command = ['predict', 'quickstart-1', test, '--show-ids', '--engine', engine, '--store', store()];
    const alone = await ichor([...command, '--heat-maps']);
    expect(alone.status).toBe(2);
    expect(alone.err).toContain('error[heat-maps-need-pictures]');
    const { status, err } = await ichor([...command, '--pictures', '--heat-maps']);
    expect(status, err).toBe(0);
    expect(err).toMatch(/heat-maps +done in/);
    const page = await read(store(), 'report.html', 'quickstart-predict-1');
    expect(page.match(/<div class="viewer"/g)?.length).toBe(1);
    expect(page).toMatch(/"maps":\[[^\]]*"data:image\/png/);
    const own = rowsById(await read(store(), 'predictions.csv'));
    const again = rowsById(await read(store(), 'predictions.csv', 'quickstart-predict-1'));
    expect(again.size).toBe((await readdir(test)).length);
    for (const [id, probabilities] of again) expect(own.get(id)).toEqual(probabilities);
  }, 120_000);

  it('predicts with private identities unless asked: no id and no path in any artifact or log', async () => {
    const test = await sourceFolder(store(), 'stage_2_test');
    const ids = (await readdir(test)).map((name) => name.replace('.dcm', ''));
    const { status, err, out } = await ichor(['predict', 'quickstart-1', test, '--engine', engine, '--store', store()]);
    expect(status, err).toBe(0);
    const run = join(store(), 'runs', 'quickstart-predict-2');
    const { artifacts } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    const folders = [run];
    for (const [id, { stage, key }] of Object.entries<{ stage: string; key: string }>(artifacts)) {
      if (id !== 'backbone' && id !== 'sequence') folders.push(join(store(), 'store', stage, key));
    }
    const texts: string[] = [out, err];
    for (const each of folders) {
      for (const name of await readdir(each)) texts.push(`${name}\n${await readFile(join(each, name), 'latin1')}`);
    }
    for (const text of texts) {
      for (const id of ids) expect(text.includes(id)).toBe(false);
      expect(text.includes(test)).toBe(false);
    }
  }, 120_000);
});

describe('what goes wrong', () => {
  it('a missing source folder: exit 2 before anything runs', async () => {
    const store = join(folder, 'missing');
    const { status, err } = await ichor([
      'run',
      'recipes/rsna-sample.yaml',
      '--store',
      store,
      '--set',
      'data.source.root=nowhere',
    ]);
    expect(status).toBe(2);
    expect(err).toContain('nowhere');
    expect(err).toContain('--set data.source.root=FOLDER');
    expect(err).not.toMatch(/\n\s+at /);
    expect(await readdir(join(store, 'runs'))).toEqual([]);
  });

  it('an empty source folder: exit 2', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    const store = join(folder, 'empty-store');
    const { status, err } = await ichor([
      'run',
      'recipes/rsna-sample.yaml',
      '--store',
      store,
      '--set',
      `data.source.root=${empty}`,
    ]);
    expect(status).toBe(2);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('a store in whose place a file stands: exit 2', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { status, err } = await ichor([...recipe, '--store', file]);
    expect(status).toBe(2);
    expect(err).toContain('store-not-writable');
  });

  it('an unknown stage, command or option: exit 2 and what there is', async () => {
    const unknown = await ichor([...recipe, '--store', join(folder, 'until'), '--until', 'training']);
    expect(unknown.status).toBe(2);
    expect(unknown.err).toContain('backbone');
    expect((await ichor(['rnu'])).status).toBe(2);
    expect((await ichor(['run', 'recipes/quickstart.yaml', '--stor', 'x'])).err).toContain('--store');
  });

  it('weights that are not there: ends with 2 before the first stage, and says which file', async () => {
    const store = join(folder, 'weights');
    const { status, err } = await ichor([...recipe, '--store', store, '--set', 'backbone.weights.file=nowhere.h5']);
    expect(status).toBe(2);
    expect(err).toMatch(/weights-file-missing.*nowhere\.h5/);
    expect(await readdir(join(store, 'runs'))).toEqual([]);
    expect((await ichor(['check', 'recipes/inception-seq-aug.yaml'])).out).toContain('1 note');
  });

  it('a network too large for WASM is refused before the first stage, with the numbers', async () => {
    const large = ['run', 'recipes/quickstart.yaml', '--engine', 'wasm', '--store', join(folder, 'large')];
    const { status, err } = await ichor([...large, '--set', 'backbone=resnet-50', '--set', 'data.image.size=224']);
    expect(status).toBe(2);
    expect(err).toMatch(/23[,.]?[0-9]|million/);
    expect(await readdir(join(folder, 'large', 'runs'))).toEqual([]);
  });

  it('two runs on one store at once: both finish, and nothing is made twice', async () => {
    const store = join(folder, 'two');
    const both = [start([...recipe, '--store', store]), start([...recipe, '--store', store])];
    const ended = await Promise.all(both.map(({ ended: end }) => end));
    for (const { status, err } of ended) expect(status, err).toBe(0);
    const made = (stage: string) => ended.filter(({ err }) => new RegExp(`^ +${stage} +done in`, 'm').test(err)).length;
    for (const stage of ['source', 'index', 'shards', 'split', 'backbone', 'embed', 'sequence'])
      expect(made(stage), stage).toBe(1);
    expect(await readdir(join(store, 'locks'))).toEqual([]);
  }, 400_000);

  it('SIGINT, SIGTERM and SIGHUP: exit 130, 143 and 129, and the next run continues', async () => {
    const store = join(folder, 'interrupted');
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const { child, ended } = start([...recipe, '--store', store, '--set', `seed=${status}`]);
      child.stderr?.on('data', (chunk) => {
        if (!/shards +done/.test(String(chunk))) return;
        child.kill(signal);
        // With its terminal goes whoever read it.
        if (signal === 'SIGHUP') for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      });
      const { status: found, err } = await ended;
      expect(found, err).toBe(status);
      if (signal !== 'SIGHUP') expect(err).toContain('Interrupted');
    }
    expect(await readdir(join(store, 'locks'))).toEqual([]);
    expect((await ichor(['runs', 'list', '--store', store])).out.match(/ interrupted /g)).toHaveLength(3);
  }, 200_000);

  it('ended while a step is recorded, it goes on as if nothing had been', async () => {
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
    expect(rowsById(await predictions('ends', last))).toEqual(
      rowsById(await predictions('ends-whole', 'quickstart-1')),
    );
  }, 200_000);
});

async function sourceFolder(store: string, name: string): Promise<string> {
  const [key] = await readdir(join(store, 'store', 'source'));
  return join(store, 'store', 'source', key as string, name);
}

/** slice -> its six probabilities as text: equal to the byte. */
function rowsById(csv: string): Map<string, string> {
  const [header, ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const id = header?.indexOf('slice') ?? -1;
  const first = header?.indexOf('epidural') ?? -1;
  expect(id).toBeGreaterThanOrEqual(0);
  expect(first).toBeGreaterThanOrEqual(0);
  return new Map(rows.map((row) => [row[id] as string, row.slice(first, first + 6).join(',')]));
}

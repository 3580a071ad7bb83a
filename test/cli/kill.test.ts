import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor, start } from '../cli.ts';
import { small } from './tiny.ts';

const recipe = ['run', 'recipes/quickstart.yaml', ...small];
const stages = [
  'source',
  'index',
  'shards',
  'split',
  'backbone',
  'embed',
  'sequence',
  'predict:backbone',
  'predict:sequence',
  'evaluate',
  'report',
];
const compared = ['predictions.csv', 'submission.csv', 'metrics.json', 'patients.csv'];

let folder: string;
let undisturbed: string;
let store: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-kill-'));
  undisturbed = join(folder, 'undisturbed');
  store = join(folder, 'killed');
  expect(await ichor([...recipe, '--store', undisturbed])).toMatchObject({ status: 0 });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Waits until a log of the store says that the stage has begun, then kills after a moment. False: it ended before. */
async function killDuring(stage: string): Promise<boolean> {
  const before = new Set(existsSync(join(store, 'runs')) ? await readdir(join(store, 'runs')) : []);
  const { child, ended } = start([...recipe, '--store', store]);
  let over = false;
  ended.then(() => {
    over = true;
  });
  while (!over) {
    const runs = existsSync(join(store, 'runs')) ? await readdir(join(store, 'runs')) : [];
    for (const run of runs.filter((name) => !before.has(name))) {
      const log = await readFile(join(store, 'runs', run, 'log.jsonl'), 'utf8').catch(() => '');
      if (log.includes(`"type":"stage-start","stage":"${stage}"`)) {
        await sleep(stage === 'backbone' || stage === 'sequence' ? 700 : 30);
        child.kill('SIGKILL');
        return (await ended).signal === 'SIGKILL';
      }
    }
    await sleep(5);
  }
  return false;
}

describe('a run that is killed (SIGKILL) during each stage in turn', () => {
  it('goes on where it was, and ends with the bytes of an undisturbed run', async () => {
    const killed: string[] = [];
    for (const stage of stages) if (await killDuring(stage)) killed.push(stage);
    // A stage of a few milliseconds may be over before the signal comes; the long ones may not.
    expect(killed).toEqual(expect.arrayContaining(['source', 'shards', 'backbone', 'sequence']));
    expect(killed.length).toBeGreaterThanOrEqual(7);
    expect(await ichor([...recipe, '--store', store])).toMatchObject({ status: 0 });
    const last = (await readdir(join(store, 'runs'))).filter((name) =>
      existsSync(join(store, 'runs', name, 'report.html')),
    );
    expect(last).toHaveLength(1);
    for (const file of compared) {
      const [expected, found] = await Promise.all([
        readFile(join(undisturbed, 'runs', 'quickstart-1', file)),
        readFile(join(store, 'runs', last[0]!, file)),
      ]);
      expect(found.equals(expected), file).toBe(true);
    }
    expect(await readdir(join(store, 'partial'))).toEqual([]);
    expect(await readdir(join(store, 'locks'))).toEqual([]);
  }, 600_000);
});

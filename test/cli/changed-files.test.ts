import { cp, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ichor, top } from '../cli.ts';

let folder: string;
let data: string;
let recipe: string;
let store: string;
let images: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-changed-'));
  data = join(folder, 'data');
  recipe = join(folder, 'heads.yaml');
  store = join(folder, 'store');
  const small = ['studies=3', 'testStudies=1', 'size=64', 'minimumSlices=6', 'maximumSlices=6'];
  const made = await ichor(['data', 'phantom', data, '--quiet', ...small.flatMap((one) => ['--set', one])]);
  expect(made.status, made.err).toBe(0);
  const text = (await readFile(join(top, 'recipes', 'quickstart.yaml'), 'utf8'))
    .replace(/source: \{.*\}/, `source: { type: rsna, root: ${JSON.stringify(data)} }`)
    .replace('size: 64', 'size: 32');
  await writeFile(recipe, text);
  images = (await readdir(join(data, 'stage_2_train'))).sort();
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const UNTIL = ['--until', 'shards'];
interface Said {
  stages: { id: string; state: string; reasons: { reason: string; message: string }[] }[];
  looked: { files: number; first: number; moved: number; unsure: number; compared: number; changed: number } | null;
}
const states = ({ stages }: Said) => stages.map(({ id, state }) => `${id} ${state}`);

async function plan(more: readonly string[] = []): Promise<Said> {
  const ended = await ichor(['plan', recipe, '--store', store, '--format', 'json', ...UNTIL, ...more]);
  expect(ended.status, ended.err).toBe(0);
  return JSON.parse(ended.out) as Said;
}
async function run(more: readonly string[] = []): Promise<string> {
  const ended = await ichor(['run', recipe, '--store', store, ...UNTIL, ...more]);
  expect(ended.status, ended.err).toBe(0);
  return ended.err;
}

it('a pixel that changed under an equal header is seen, named, and forgotten when it is what it was', async () => {
  await run();
  // Until the clock has left the files' own times behind, they are read again: a drive may count in steps of two seconds.
  await sleep(2100);
  expect(states(await plan())).toEqual(['index cached', 'shards cached']);
  const { looked } = await plan();
  expect(looked).toMatchObject({ files: 24, first: 0, moved: 0, unsure: 0, compared: 0, changed: 0 });

  // One pixel in the middle, and the time of writing set back, as \`touch -r\` does.
  const file = join(data, 'stage_2_train', images[4] as string);
  const sound = await readFile(file);
  const { atime, mtime } = await stat(file);
  const other = Buffer.from(sound);
  other[other.length - 4096] = 1 ^ (other[other.length - 4096] as number);
  await writeFile(file, other);
  await utimes(file, atime, mtime);
  // Sizes alone do not tell.
  expect(states(await plan(['--trust-sizes']))).toEqual(['index cached', 'shards cached']);
  const text = await ichor(['plan', recipe, '--store', store, ...UNTIL]);
  expect(text.out).toContain('24 files looked at: 1 read again since its times moved, 1 changed.');
  expect(text.out).toContain(`the pixels of 1 file changed (stage_2_train/${images[4]})`);
  const changed = await plan();
  expect(states(changed)).toEqual(['index stale', 'shards stale']);
  expect(changed.stages[0]?.reasons).toMatchObject([{ reason: 'pixels-changed', files: 1 }]);
  const said = await run();
  expect(said).not.toContain('done before');
  expect(states(await plan())).toEqual(['index cached', 'shards cached']);

  // A copy of the changed archive, elsewhere, is the changed archive.
  const copy = join(folder, 'copy');
  await cp(data, copy, { recursive: true });
  expect(states(await plan(['--set', `data.source.root=${copy}`]))).toEqual(['index cached', 'shards cached']);

  await writeFile(file, sound);
  const back = await run();
  expect(back.match(/done before/g)).toHaveLength(2);
  expect(back).toContain('24 files looked at: 1 read again since its times moved, 1 changed.');
}, 120_000);

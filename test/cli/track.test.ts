import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor, start, top } from '../cli.ts';
import { small } from './tiny.ts';

/** A tracker whose server is down as long as a file is there. */
const FLAKY = `import { appendFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { defineTracker, IchorError, Type } from 'ichor';
export default defineTracker({
  name: 'acme/flaky',
  version: 1,
  summary: 'Keeps all that it is given, unless it is down.',
  params: Type.Object({ into: Type.String({ default: 'given.jsonl', description: 'A file.' }) }),
  argument: 'into',
  contract: () => ({}),
  async send(records, { workspace, state }, { into }) {
    if (existsSync(workspace + '/down')) throw new IchorError('acme-down', 'Nobody answers.', 'Start the server.');
    await appendFile(workspace + '/' + into, records.map((record) => JSON.stringify(record) + '\\n').join(''));
    return (state ?? 0) + records.length;
  },
});
`;
interface Given {
  type: string;
  run?: string;
  resumes?: string | null;
  stage?: string;
  step?: number;
  state?: string;
}

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const run = ['run', 'heads.yaml', ...small, '--track', 'acme/flaky=given.jsonl', '--track', 'tensorboard=curves'];
const call = (...args: string[]) => ichor(args, { cwd: folder });
const given = async (): Promise<Given[]> =>
  (await readFile(at('given.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-track-'));
  await writeFile(at('package.json'), '{}');
  await writeFile(at('flaky.mjs'), FLAKY);
  await writeFile(at('down'), '');
  const quickstart = await readFile(join(top, 'recipes', 'quickstart.yaml'), 'utf8');
  await writeFile(at('heads.yaml'), `${quickstart}\nplugins: [./flaky.mjs]\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a run that is followed, killed, and run again while a tracker is down', () => {
  it('trains to its end, and says what was not sent', async () => {
    const { child, ended } = start(run, { cwd: folder });
    let over = false;
    ended.then(() => {
      over = true;
    });
    const journal = at('.ichor', 'runs', 'quickstart-1', 'tracking', 'journal.jsonl');
    while (!over && !(await readFile(journal, 'utf8').catch(() => '')).includes('"stage":"backbone","step":4,'))
      await sleep(5);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const { status, err } = await call(...run);
    expect(status, err).toBe(0);
    expect(err).toContain('The tracker acme/flaky failed: Nobody answers.');
    expect(err).toContain('hint: Start the server.');
    expect(err).toMatch(
      /The tracker acme\/flaky has not received \d+ of \d+ records of run quickstart-2: Nobody answers\./,
    );
    expect(err).not.toContain('The tracker tensorboard');
  }, 120_000);

  it('sends the rest by `track sync`: each step once, as one training', async () => {
    const failed = await call('track', 'sync', '--json');
    expect(failed.status).toBe(1);
    expect(JSON.parse(failed.out)).toMatchObject({
      ok: false,
      runs: [
        { run: 'quickstart-1', passedOver: { why: 'continued', by: 'quickstart-2' } },
        {
          run: 'quickstart-2',
          trackers: [
            { tracker: 'acme/flaky', sent: 0, error: { code: 'tracker-failed' } },
            { tracker: 'tensorboard', sent: 0, left: 0, error: null },
          ],
        },
      ],
    });
    await rm(at('down'));
    const { status, out } = await call('track', 'sync', 'quickstart-2');
    expect(`${status} ${out}`).toMatch(
      /^0 quickstart-2 {2}acme\/flaky: \d+ records sent\nquickstart-2 {2}tensorboard: everything had been sent\n$/,
    );
    const records = await given();
    expect(records[0]).toMatchObject({ type: 'begin', run: 'quickstart-1', resumes: null });
    expect(records.filter(({ type }) => type === 'begin')).toMatchObject([
      {},
      { run: 'quickstart-2', resumes: 'quickstart-1' },
    ]);
    const steps = (stage: string) => records.flatMap((one) => (one.stage === stage ? [one.step] : []));
    expect([steps('backbone'), steps('sequence')]).toEqual([
      [4, 8, 12],
      [2, 4, 6],
    ]);
    expect(records.at(-1)).toMatchObject({ type: 'end', state: 'done' });
  }, 60_000);

  it('is told once, and a tracker that is new to it receives all of it without a training', async () => {
    const before = (await given()).length;
    const again = await call(...run, '--track', 'acme/flaky=given.jsonl');
    expect(again.status, again.err).toBe(0);
    expect(await given()).toHaveLength(before);
    const { status, out } = await call('track', 'sync');
    expect(`${status} ${out}`).toMatch(/^0 quickstart-1 {2}is continued by quickstart-2/);
  }, 60_000);
});

it.each([
  [['tensorbord'], 'unknown-component', 'Did you mean tensorboard?'],
  [['acme/flaky', '--set', 'tracking=[tensorboard, tensorboard]'], 'tracker-twice', 'Keep one of them'],
])('--track %j is refused before anything runs', async (words, code, hint) => {
  const { status, err } = await call('run', 'heads.yaml', ...small, '--track', ...words);
  expect(status).toBe(2);
  expect(err).toContain(code);
  expect(err).toContain(hint);
});

it('says of a run that nothing followed how that is done later', async () => {
  const { status, err } = await call('track', 'sync', 'quickstart-9');
  expect(status).toBe(2);
  expect(err).toContain('error[unknown-run]');
});

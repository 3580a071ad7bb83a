import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchRunNow } from '../../../src/library/watch-run.ts';
import { thisProcess } from '../../../src/runtime/store/process-identity.ts';
import { type Served, servePage } from '../../../src/runtime/watch/serve.ts';
import { watchPage } from '../../../src/runtime/watch/watch-page.ts';
import { WATCH_SCRIPT } from '../../../src/runtime/watch/watch-script.ts';
import { watchedRun, watchStamp } from '../../../src/runtime/watch/watched-run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-watch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const epoch = {
  type: 'epoch',
  stage: 'backbone',
  epoch: 2,
  epochs: 8,
  update: 200,
  updates: 800,
  steps: 100,
  loss: 0.5,
  validation: { loss: 0.6, 'mean-log-loss': 0.1 },
  learningRate: 0.001,
  speed: { seconds: 10, slicesPerSecond: 320.4, itemsPerSecond: 320, unit: 'slices', engineShare: 0.9 },
};

async function run(name: string, more: object, log: string): Promise<string> {
  const place = join(folder, name);
  await mkdir(place);
  const record = {
    name,
    recipe: 'heads',
    recipeHash: 'abc',
    status: 'running',
    synthetic: true,
    started: '2026-01-02T03:04:05Z',
  };
  await writeFile(
    join(place, 'run.json'),
    JSON.stringify({ ...record, artifacts: {}, process: thisProcess(), ...more }),
  );
  await writeFile(join(place, 'log.jsonl'), log);
  return place;
}
const line = (event: object) => `${JSON.stringify({ time: '2026-01-02T03:05:00Z', ...event })}\n`;
const LOG = [
  { type: 'stage-cached', stage: 'index', key: 'k' },
  { type: 'stage-start', stage: 'shards', key: 'k', fresh: true },
  { type: 'stage-done', stage: 'shards', key: 'k', seconds: 12.5 },
  { type: 'stage-start', stage: 'backbone', key: 'k', fresh: true },
  { type: 'note', level: 'warning', code: 'x', stage: 'backbone', message: 'Something <b>is</b> odd.' },
  epoch,
]
  .map(line)
  .join('');

describe('a run as it stands now', () => {
  it('is read from its log, of which the last line may be half of one', async () => {
    const place = await run('heads-1', {}, `${LOG}{"time":"2026-01-02T03:05:01Z","type":"epo`);
    const watched = await watchedRun(place);
    expect(watched).toMatchObject({ run: 'heads-1', state: 'running', marks: ['SYNTHETIC'] });
    expect(watched.stages.map(({ stage, state, seconds }) => [stage, state, seconds])).toEqual([
      ['index', 'cached', null],
      ['shards', 'done', 12.5],
      ['backbone', 'working', null],
    ]);
    // 600 updates are left, of which 100 took 10 s.
    expect(watched.stages[2]!.training).toMatchObject({ update: 200, updates: 800, validation: 0.1, secondsLeft: 60 });
    const page = await watchPage(watched);
    expect(page).toContain('running, at backbone, about 1 min 0 s of it left');
    expect(page).toContain('Something &lt;b&gt;is&lt;/b&gt; odd.');
    expect(page).toContain("connect-src 'self'");
  });

  it('that is over works at nothing, and says how it ended', async () => {
    const died = await watchedRun(await run('heads-2', { status: 'failed', error: 'The disk is full.' }, LOG));
    expect(died.stages.at(-1)).toMatchObject({ stage: 'backbone', state: 'ended' });
    expect(await watchPage(died)).toContain('The disk is full.');
    const fresh = await watchedRun(await run('heads-3', {}, ''));
    expect(await watchPage(fresh)).toContain('Nothing has begun yet.');
    await expect(watchedRun(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'unknown-run' });
  });
});

describe('its page', () => {
  let served: Served;
  let text = '<main>one</main>';
  beforeAll(async () => {
    served = await servePage(async () => {
      if (text === '') throw new Error('it broke');
      if (text === 'removed') return watchPage(await watchedRun(join(folder, 'nowhere')));
      return text;
    }, 0);
  });
  afterAll(() => served.close());

  const ask = (path: string, { host = `127.0.0.1:${served.port}`, method = 'GET', tag = '' } = {}) =>
    new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      const headers = { host, ...(tag === '' ? {} : { 'if-none-match': tag }) };
      request({ host: '127.0.0.1', port: served.port, path, method, headers }, (response) => {
        let body = '';
        response.on('data', (piece) => {
          body += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      })
        .on('error', reject)
        .end();
    });
  const path = () => new URL(served.url).pathname;

  it('is for whom has the token, on this machine, by its own name, and to be read', async () => {
    expect(path()).toMatch(/^\/[\w-]{24}\/$/);
    const found = await ask(path());
    expect(found).toMatchObject({ status: 200, body: text });
    expect(found.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
    for (const wrong of ['/', '/x/', `${path()}x`, path().slice(0, -1), `/${'a'.repeat(24)}/`])
      expect(await ask(wrong), wrong).toMatchObject({ status: 404, body: 'Not found.\n' });
    // A page elsewhere that gave this address a name of its own.
    for (const host of ['evil.example', `evil.example:${served.port}`, '127.0.0.1.evil.example'])
      expect(await ask(path(), { host }), host).toMatchObject({ status: 404 });
    expect(await ask(path(), { host: `localhost:${served.port}` })).toMatchObject({ status: 200 });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await ask(path(), { method }), method).toMatchObject({ status: 405 });
    expect(await ask(path(), { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('is sent again only where it changed, and says what went wrong', async () => {
    const { headers } = await ask(path());
    const tag = String(headers.etag);
    expect(await ask(path(), { tag })).toMatchObject({ status: 304, body: '' });
    text = '<main>two</main>';
    expect(await ask(path(), { tag })).toMatchObject({ status: 200, body: text });
    text = '';
    expect(await ask(path())).toMatchObject({ status: 500, body: 'it broke\n' });
    text = 'removed';
    expect(await ask(path())).toMatchObject({ status: 410, body: expect.stringMatching(/^This run was removed\./) });
    // What the page says in its own place, where it is open.
    expect(WATCH_SCRIPT).toContain('if (answer.status >= 400) say(await answer.text());');
  });

  it('takes no port that another has', async () => {
    await expect(servePage(async () => '', served.port)).rejects.toMatchObject({ code: 'port-taken', exit: 2 });
  });
});

it('a run that is removed while it is watched is told to who serves it, and its page stays', async () => {
  await mkdir(join(folder, 'runs'));
  const place = await run('runs/heads-9', { name: 'heads-9' }, LOG);
  const page = await watchRunNow('heads-9', { store: folder });
  try {
    expect((await fetch(page.url)).status).toBe(200);
    await rm(place, { recursive: true });
    await page.removed;
    expect((await fetch(page.url)).status).toBe(410);
  } finally {
    page.close();
  }
});

describe('its stamp', () => {
  it('changes where the run moved, and where it ended', async () => {
    const place = await run('heads-4', {}, LOG);
    const before = await watchStamp(place);
    expect(await watchStamp(place)).toBe(before);
    await appendFile(join(place, 'log.jsonl'), line(epoch));
    const after = await watchStamp(place);
    expect(after).not.toBe(before);
    const record = JSON.parse(await readFile(join(place, 'run.json'), 'utf8'));
    await writeFile(join(place, 'run.json'), JSON.stringify({ ...record, status: 'done' }));
    expect(await watchStamp(place)).not.toBe(after);
  });
});

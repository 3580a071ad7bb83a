import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import mlflow from '../../../plugins/trackers/mlflow/index.ts';
import { nameOf, namesOf } from '../../../plugins/trackers/mlflow/words.ts';
import { IchorError, type TrackContext, type TrackRecord } from '../../../src/index.ts';
import { serve } from '../../runtime/download/servers.ts';
import { type FakeMlflow, type FakeRun, fakeMlflow } from './fake-mlflow.ts';
import { artifact, begun, contextOf, ended, figures, scalars, sweepOf } from './records.ts';

let fake: FakeMlflow;
let folder: string;

beforeEach(async () => {
  for (const name of ['URI', 'USERNAME', 'PASSWORD', 'TOKEN']) vi.stubEnv(`MLFLOW_TRACKING_${name}`, undefined);
  folder = mkdtempSync(join(tmpdir(), 'mlflow-'));
  // Nobody's own ~/.mlflow/credentials.
  vi.stubEnv('HOME', folder);
  fake = await fakeMlflow();
});
afterEach(() => vi.unstubAllEnvs());

type Own = Partial<Parameters<typeof mlflow.send>[2]>;
const send = (records: readonly TrackRecord[], context: Partial<TrackContext> = {}, params: Own = {}) =>
  mlflow.send(records, contextOf(folder, context), {
    uri: fake.origin,
    experiment: 'ichor',
    artifacts: true,
    identified: false,
    ...params,
  });
/** What it rejects with. */
async function refusal(work: Promise<unknown>): Promise<IchorError> {
  const error = await work.then(
    () => expect.fail('it did not reject'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IchorError);
  return error as IchorError;
}
const only = (): FakeRun => {
  expect(fake.runs).toHaveLength(1);
  return fake.runs[0] as FakeRun;
};
const page = () => {
  const path = join(folder, 'report.html');
  writeFileSync(path, '<p>page</p>');
  return path;
};

describe('a run', () => {
  it('is there with all that happened, in order', async () => {
    const state = await send([begun(), scalars(10), scalars(20), figures, artifact(page()), ended()]);
    const { info, params, tags, metrics } = only();
    expect(info).toMatchObject({
      run_name: 'small-1',
      start_time: 1_700_000_000_000,
      status: 'FINISHED',
      end_time: 1_700_000_200_000,
    });
    expect(Object.fromEntries(params)).toEqual({
      'backbone.type': 'small-cnn',
      'train.backbone.batch': '32',
      'data.limit': 'null',
      smoke: 'false',
    });
    expect(Object.fromEntries(tags)).toMatchObject({
      'mlflow.runName': 'small-1',
      'mlflow.source.name': 'small',
      'mlflow.note.content': expect.stringMatching(
        /^\*\*SYNTHETIC\*\* · \*\*SMOKE\*\*\n[\s\S]*seed 3, data seed 4[\s\S]*not a medical device/,
      ),
      'ichor.marks': 'SYNTHETIC, SMOKE',
      'ichor.recipe_hash': 'ab'.repeat(32),
      'ichor.seed': '3',
      'ichor.version': '0.2.0',
      'ichor.packages': 'ichor 0.2.0, yaml 2.9.1',
      'ichor.engine': 'native 2.18.0',
      'ichor.state': 'done',
    });
    expect([...metrics]).toEqual([
      'backbone.fold-2/train_loss 10 0.1 1700000010000',
      'backbone.fold-2/epoch 10 1 1700000010000',
      'backbone.fold-2/train_loss 20 0.05 1700000020000',
      'backbone.fold-2/epoch 20 2 1700000020000',
      'validation/sequence/mean-log-loss 0 0.25 1700000100000',
      'validation/sequence/patient-f1 truth same-rule 0 0.5 1700000100000',
    ]);
    expect([...fake.files]).toEqual([
      ['1/run1/artifacts/recipe.yaml', 'recipe: 1\nname: small\n'],
      ['1/run1/artifacts/report.html', '<p>page</p>'],
    ]);
    expect(fake.asked).toEqual([
      'GET experiments/get-by-name',
      'POST experiments/create',
      'POST runs/search',
      'POST runs/create',
      'POST runs/log-batch',
      'PUT /api/2.0/mlflow-artifacts/artifacts/1/run1/artifacts/recipe.yaml',
      'POST runs/log-batch',
      'PUT /api/2.0/mlflow-artifacts/artifacts/1/run1/artifacts/report.html',
      'POST runs/log-batch',
      'POST runs/update',
    ]);
    expect(state).toEqual({
      server: fake.origin,
      experiment: '1',
      run: 'run1',
      artifacts: 'mlflow-artifacts:/1/run1/artifacts',
      parent: null,
      leftOut: {},
      waiting: [],
      about: expect.stringContaining('seed 3'),
    });
  });

  it.each([
    ['done', 'FINISHED'],
    ['partial', 'FINISHED'],
    ['failed', 'FAILED'],
    ['interrupted', 'KILLED'],
  ] as const)('that ends %s is %s', async (state, status) => {
    await send([begun(), ended(state, state === 'failed' ? 'The disk is full.' : null)]);
    expect(only().info.status).toBe(status);
    expect(only().tags.get('ichor.state')).toBe(state);
    expect(only().tags.get('ichor.error')).toBe(state === 'failed' ? 'The disk is full.' : undefined);
  });

  it('has the marks of its end at its head', async () => {
    const state = await send([begun()]);
    await send([ended('done', null, ['SYNTHETIC', 'WORSE THAN CONSTANT'])], { state });
    expect(only().tags.get('ichor.marks')).toBe('SYNTHETIC, WORSE THAN CONSTANT');
    expect(only().tags.get('mlflow.note.content')).toMatch(
      /^\*\*SYNTHETIC\*\* · \*\*WORSE THAN CONSTANT\*\*\n\nRecipe/,
    );
  });

  it('goes over in pieces, each from the state of the one before', async () => {
    let state: unknown = null;
    for (const records of [[begun()], [scalars(10), scalars(20)], [ended()]]) state = await send(records, { state });
    expect(only().metrics.size).toBe(4);
    expect(only().info.status).toBe('FINISHED');
  });

  it('is one run, and each value one, where all of it is sent twice', async () => {
    const all = [begun(), scalars(10), figures, ended()];
    await send(all);
    const once = JSON.stringify([only().metrics.size, [...only().params]]);
    await send(all);
    expect(JSON.stringify([only().metrics.size, [...only().params]])).toBe(once);
  });

  it('is found where the answer to its making was lost', async () => {
    let lost = false;
    fake.instead = (request, response, body) => {
      if (lost || !request.url?.endsWith('runs/create')) return false;
      lost = true;
      fake.instead = null;
      // It is made, and nobody hears of it.
      void fetch(`${fake.origin}${request.url}`, { method: 'POST', body }).then(() => response.destroy());
      return true;
    };
    expect((await refusal(send([begun(), ended()]))).code).toBe('server-unreachable');
    await send([begun(), ended()]);
    expect(only().info.status).toBe('FINISHED');
  });

  it('sends no more than MLflow takes at once', async () => {
    const params = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`list[${i}].size`, i]));
    const values = Object.fromEntries(Array.from({ length: 2499 }, (_, i) => [`value_${i}`, i]));
    await send([begun({ params }), scalars(10, values)]);
    expect(only().params.size).toBe(250);
    expect(only().params.get('list.7.size')).toBe('7');
    expect(only().metrics.size).toBe(2500);
    expect(fake.asked.filter((call) => call === 'POST runs/log-batch')).toHaveLength(6);
  });

  it.each([
    [6000, 6000],
    [500, 500],
    [250, 250],
  ])('a server that takes %i characters has values of %i, and is told which were cut', async (mostValue, length) => {
    fake.mostValue = mostValue;
    const notes = '𝛂'.repeat(5000);
    await send([begun({ params: { notes, short: 'whole' } })]);
    const kept = only().params.get('notes') ?? '';
    expect(kept.length).toBeGreaterThan(length - 2);
    expect(kept.length).toBeLessThanOrEqual(length);
    expect(kept).not.toMatch(/[\uD800-\uDBFF]…$/);
    expect(kept.endsWith('…')).toBe(true);
    expect(only().params.get('short')).toBe('whole');
    expect(only().tags.get('ichor.params_cut')).toBe(`after ${length} characters: notes`);
    // A second try meets what the first one cut.
    await send([begun({ params: { notes, short: 'whole' } })]);
    expect(only().tags.has('ichor.params_changed')).toBe(false);
  });

  it('that goes on with another is the same one', async () => {
    const state = await send([begun(), scalars(10), ended('failed', 'The disk is full.')]);
    expect(only().info.status).toBe('FAILED');
    const again = begun({
      run: 'small-2',
      time: 1_700_001_000_000,
      resumes: 'small-1',
      params: { ...begun().params, 'engine.threads': 2, smoke: true },
    });
    const next = await send([again, scalars(20)], { state });
    expect(next).toEqual(state);
    expect(only().info).toMatchObject({ status: 'RUNNING', run_name: 'small-2' });
    expect(Object.fromEntries(only().tags)).toMatchObject({
      'ichor.resumes': 'small-1',
      'ichor.state': 'running',
      'ichor.params_changed': 'smoke: false, then true',
    });
    expect(only().tags.has('ichor.error')).toBe(false);
    expect(only().params.get('engine.threads')).toBe('2');
    await send([ended()], { state: next });
    expect(only().info.status).toBe('FINISHED');
  });

  it('that goes on where the other is gone for good is a new one', async () => {
    const state = await send([begun(), ended('interrupted')]);
    fake.runs.length = 0;
    await send([begun({ run: 'small-2', time: 1_700_001_000_000, resumes: 'small-1' })], { state });
    expect(only().tags.get('ichor.resumes')).toBe('small-1');
  });
});

describe('names', () => {
  it.each([
    ['backbone:fold-2/train_loss', 'backbone.fold-2/train_loss'],
    ['windows[0].level', 'windows.0.level'],
    ['auc (any)', 'auc any'],
    ['../../etc//passwd/', 'etc/passwd'],
    ['ä=1', '__1'],
    ['', '_'],
    ['x'.repeat(300), 'x'.repeat(250)],
  ])('%j is %j', (text, name) => expect(nameOf(text)).toBe(name));

  it('are apart where texts are', () => {
    expect([...namesOf(['a=b', 'a+b', 'a_b']).values()]).toEqual(['a_b', 'a_b-2', 'a_b-3']);
  });
});

describe('runs of a sweep', () => {
  const point = (size: number) =>
    begun({
      run: `sizes.${size}-1`,
      time: 1_700_000_000_000 + size,
      parent: { name: 'sizes', kind: 'sweep', point: { 'data.image.size': size } },
    });

  it('lie under one run, also where two begin at once', async () => {
    const { parent, kept } = sweepOf('sizes');
    const states = await Promise.all([32, 64].map((size) => send([point(size), scalars(10)], { parent })));
    const [top, ...others] = [...fake.runs].sort(
      (a, b) => Number(a.tags.has('mlflow.parentRunId')) - Number(b.tags.has('mlflow.parentRunId')),
    );
    expect(others).toHaveLength(2);
    expect(top?.info).toMatchObject({ run_name: 'sizes', status: 'RUNNING' });
    expect(top?.tags.get('ichor.marks')).toBe('SYNTHETIC, SMOKE');
    for (const { tags } of others) expect(tags.get('mlflow.parentRunId')).toBe(top?.info.run_id);
    expect(others.map(({ tags }) => tags.get('ichor.point')).sort()).toEqual([
      'data.image.size: 32',
      'data.image.size: 64',
    ]);
    expect(kept()).toMatchObject({ run: top?.info.run_id });
    // It goes on as long as one of them does, and ends as the worst of them.
    await send([ended('failed', 'No.')], { state: states[0], parent });
    expect(top?.info.status).toBe('RUNNING');
    await send([ended()], { state: states[1], parent });
    expect(top?.info.status).toBe('FAILED');
  });

  it('lie under a new one where somebody deleted it', async () => {
    const { parent } = sweepOf('sizes');
    await send([point(32), ended()], { parent });
    const top = fake.runs.find(({ tags }) => !tags.has('mlflow.parentRunId')) as FakeRun;
    top.info.lifecycle_stage = 'deleted';
    await send([point(64), ended()], { parent });
    const second = fake.runs.find(({ tags }) => tags.get('ichor.point') === 'data.image.size: 64');
    expect(second?.tags.get('mlflow.parentRunId')).not.toBe(top.info.run_id);
  });

  it('end, where it was deleted while they ran', async () => {
    const { parent } = sweepOf('sizes');
    const state = await send([point(32)], { parent });
    const top = fake.runs.find(({ tags }) => !tags.has('mlflow.parentRunId')) as FakeRun;
    top.info.lifecycle_stage = 'deleted';
    await send([ended()], { state, parent });
    expect(fake.runs.find((run) => run !== top)?.info.status).toBe('FINISHED');
  });
});

describe('files', () => {
  it('go into a folder of this machine, where it is the server’s', async () => {
    const root = join(folder, 'mlruns');
    mkdirSync(root);
    fake.artifactRoot = `file://${root}`;
    await send([begun(), artifact(page())]);
    expect(readFileSync(join(root, '1/run1/artifacts/report.html'), 'utf8')).toBe('<p>page</p>');
  });

  it.each([
    ['s3://bucket', 's3 that only MLflow'],
    ['/nowhere/of/this/machine', "a folder of the server's machine"],
    ['mlflow-artifacts://other.example:80', 'another server, other.example:80'],
  ])('of %s are left out, and it is said once', async (artifactRoot, why) => {
    fake.artifactRoot = artifactRoot;
    const state = await send([begun(), artifact(page())]);
    expect(state).toMatchObject({ leftOut: { 'report.html': expect.stringContaining(why) } });
    expect(only().tags.get('ichor.files_left_out')).toMatch(/^recipe\.yaml, report\.html: they are kept /);
    expect(fake.files.size).toBe(0);
    await send([ended()], { state });
    expect(only().info.status).toBe('FINISHED');
  });

  it.each([
    [413, 'Request Entity Too Large'],
    [503, 'Endpoint disabled due to the mlflow server running without `--serve-artifacts`'],
  ])('that the server refuses for good (%i) hold nothing up', async (status, said) => {
    fake.instead = (request, response) =>
      request.method === 'PUT' && Boolean(response.writeHead(status, { 'content-type': 'text/plain' }).end(said));
    await send([begun(), artifact(page()), ended()]);
    expect(only().tags.get('ichor.files_left_out')).toContain(said);
    expect(only().info.status).toBe('FINISHED');
  });

  it('that a server fails to take hold nothing else up, and are sent once it does', async () => {
    const refuse: FakeMlflow['instead'] = (request, response) =>
      request.method === 'PUT' &&
      Boolean(response.writeHead(500, { 'content-type': 'text/plain' }).end('Unable to locate credentials'));
    fake.instead = refuse;
    const state = await send([begun(), scalars(10), artifact(page())]);
    expect(only().metrics.size).toBe(2);
    expect(JSON.stringify(state)).not.toContain(folder);
    const error = await refusal(send([ended()], { state }));
    expect(error.message).toMatch(/^recipe\.yaml is not taken .*answers 500: Unable to locate credentials\.$/);
    expect(error.hint).toMatch(/--artifacts-destination/);
    expect(only().info.status).toBe('FINISHED');
    fake.instead = null;
    expect(await send([ended()], { state })).toMatchObject({ waiting: [], leftOut: {} });
    expect([...fake.files.values()]).toEqual(['recipe: 1\nname: small\n', '<p>page</p>']);
  });

  it('that are gone hold nothing up', async () => {
    await send([begun(), artifact(join(folder, 'gone.html')), ended()]);
    expect(only().tags.get('ichor.files_left_out')).toBe('report.html: the file is not there any more');
  });

  it('of persons go only where the recipe asks for it, and none where it wants none', async () => {
    const one = artifact(page(), true);
    await send([begun(), one]);
    await send([begun(), artifact(page())], {}, { artifacts: false });
    expect([...fake.files.keys()]).toEqual(['1/run1/artifacts/recipe.yaml']);
    await send([begun(), one], {}, { identified: true });
    expect([...fake.files.keys()]).toEqual(['1/run1/artifacts/recipe.yaml', '1/run1/artifacts/report.html']);
    // No path of this machine in any of it.
    expect(fake.heard.join('\n')).not.toContain(folder);
  });
});

describe('who asks', () => {
  const authorization = () => [
    ...new Set(
      fake.heard.map((text) => (JSON.parse(text.split('\n')[1] ?? '') as Record<string, string>).authorization),
    ),
  ];
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  it.each([
    ['nobody', {}, undefined],
    ['a token', { MLFLOW_TRACKING_TOKEN: 'tok-1234' }, 'Bearer tok-1234'],
    ['a user', { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pässword' }, basic('ada:pässword')],
    [
      'a user before a token',
      { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pw', MLFLOW_TRACKING_TOKEN: 'tok' },
      basic('ada:pw'),
    ],
    [
      'a user without a password: the token',
      { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_TOKEN: 'tok' },
      'Bearer tok',
    ],
  ])('is %s of the environment', async (_, env, expected) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await send([begun(), artifact(page())]);
    expect(authorization()).toEqual([expected]);
  });

  it('is whom the file of MLflow’s own client names', async () => {
    mkdirSync(join(folder, '.mlflow'));
    writeFileSync(
      join(folder, '.mlflow', 'credentials'),
      '[other]\nmlflow_tracking_username = eve\n[mlflow]\n# ours\nmlflow_tracking_username = ada\nmlflow_tracking_password = a=b\n',
    );
    await send([begun()]);
    expect(authorization()).toEqual([basic('ada:a=b')]);
  });

  it('is who stands in MLFLOW_TRACKING_URI, and is nowhere in what is kept or said', async () => {
    vi.stubEnv('MLFLOW_TRACKING_URI', fake.origin.replace('//', '//ada:s%40cret-word@').concat('/'));
    const state = await send([begun()], {}, { uri: null });
    expect(authorization()).toEqual([basic('ada:s@cret-word')]);
    expect(state).toMatchObject({ server: fake.origin });
    // Not even where the server repeats it.
    fake.instead = (request, response) =>
      Boolean(
        response
          .writeHead(500, { 'content-type': 'text/plain' })
          .end(`no s@cret-word, ${request.headers.authorization}`),
      );
    const { message, hint } = await refusal(send([ended()], { state }, { uri: null }));
    expect(message).toContain('no ***, Basic ***');
    for (const text of [message, hint, JSON.stringify(state)]) expect(text).not.toMatch(/cret-word|YWRh/);
  });

  it('sends to the server of before where none is named any more', async () => {
    const state = await send([begun()]);
    await send([ended()], { state }, { uri: null });
    expect(only().info.status).toBe('FINISHED');
  });
});

describe('each of these is told, with what to do', () => {
  const answers =
    (status: number, type: string, text: string, headers: Record<string, string> = {}) =>
    (response: ServerResponse) =>
      void response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  const html = '<!doctype html><title>Welcome</title>';

  it.each([
    [
      'a server that answers 500',
      answers(500, 'text/plain', 'database is locked'),
      'mlflow-refused',
      /answers 500: database is locked\.$/,
      /log of the server/,
    ],
    [
      '502 of what stands before it',
      answers(502, 'text/html', html),
      'mlflow-refused',
      /answers 502\.$/,
      /log of the server/,
    ],
    ['429', answers(429, 'text/plain', 'slow down'), 'mlflow-refused', /answers 429: slow down/, /./],
    [
      '401',
      answers(401, 'text/plain', 'You are not authenticated.'),
      'mlflow-refused',
      /answers 401: no user was named\. It says: You are not authenticated\.$/,
      /MLFLOW_TRACKING_USERNAME .* MLFLOW_TRACKING_TOKEN/,
    ],
    [
      '403',
      answers(403, 'application/json', '{"error_code":"PERMISSION_DENIED","message":"Permission denied"}'),
      'mlflow-refused',
      /answers 403.*Permission denied/,
      /MLFLOW_TRACKING_/,
    ],
    [
      'the server’s check of host names',
      answers(403, 'text/plain', 'Invalid Host header - possible DNS rebinding attack detected'),
      'mlflow-refused',
      /Invalid Host header/,
      /--allowed-hosts/,
    ],
    [
      '404 of another server',
      answers(404, 'text/html', html),
      'mlflow-not-there',
      /no MLflow server: a web page came, with status 404/,
      /address right/,
    ],
    [
      'a page in the place of an answer',
      answers(200, 'text/html', html),
      'mlflow-not-there',
      /a web page came, with status 200/,
      /MLFLOW_TRACKING_TOKEN/,
    ],
    [
      'a list in the place of an answer',
      answers(200, 'application/json', '[]'),
      'mlflow-not-there',
      /something else came, with status 200/,
      /address right/,
    ],
    ...[
      '{}',
      '{"ok":true}',
      '{"experiment":null}',
      '{"experiment":{}}',
      '{"experiment":{"experiment_id":"1"},"runs":3}',
      '{"experiment":{"experiment_id":"1"},"runs":[{"info":{}}]}',
      '{"experiment":{"experiment_id":"1"},"run":[]}',
    ].map((text): [string, (response: ServerResponse) => void, string, RegExp, RegExp] => [
      `the answer ${text}`,
      answers(200, 'application/json', text),
      'mlflow-not-there',
      /no MLflow server: JSON of another form came, with status 200\.$/,
      /address right/,
    ]),
    [
      'a log-in',
      answers(302, 'text/html', '', { location: 'https://login.example.org/?ticket=SECRET' }),
      'mlflow-not-there',
      /sends to https:\/\/login\.example\.org \(status 302\)/,
      /log in/,
    ],
    [
      'an answer that breaks off',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"exp', () => response.destroy());
      },
      'server-unreachable',
      /broke off in the middle/,
      /log of the server/,
    ],
    [
      'a connection that breaks off',
      (response: ServerResponse) => void response.destroy(),
      'server-unreachable',
      /broke off/,
      /./,
    ],
  ])('%s', async (_, answer, code, message, hint) => {
    const origin = await serve((_request, response) => answer(response));
    const error = await refusal(send([begun()], {}, { uri: origin }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/localhost:\d+/);
    expect(error.message).not.toContain('SECRET');
    expect(error.hint).toMatch(hint);
  });

  it('a server that is down', async () => {
    const error = await refusal(send([begun()], {}, { uri: 'http://localhost:9' }));
    expect(error).toMatchObject({ code: 'server-unreachable', message: 'localhost:9 cannot be reached.' });
    expect(error.hint).toMatch(/running/);
  });

  it.each(['before it answers', 'in the middle of its answer'])('a server that hangs %s', async (when) => {
    vi.stubEnv('MLFLOW_HTTP_REQUEST_TIMEOUT', '0.05');
    const origin = await serve((_request, response) => {
      if (when !== 'before it answers') response.writeHead(200).write('{');
    });
    const error = await refusal(send([begun()], {}, { uri: origin }));
    expect(error).toMatchObject({
      code: 'server-unreachable',
      message: `The MLflow server at ${origin} does not answer in time.`,
    });
  });

  it('a delivery whose time is over', async () => {
    const origin = await serve(() => undefined);
    const signal = AbortSignal.timeout(30);
    expect((await refusal(send([begun()], { signal }, { uri: origin }))).message).toMatch(/does not answer in time/);
  });

  it('an experiment that was deleted', async () => {
    fake.experiments.set('ichor', { id: '7', deleted: true });
    const error = await refusal(send([begun()]));
    expect(error).toMatchObject({
      code: 'mlflow-deleted',
      message: `The experiment ichor was deleted from ${fake.origin}.`,
    });
    expect(error.hint).toContain('mlflow experiments restore --experiment-id 7');
    await send([begun()], {}, { experiment: 'other' });
    expect(only().info.experiment_id).toBe('2');
  });

  it.each([
    ['begins', [begun()]],
    ['goes on', [scalars(10)]],
    ['ends', [ended()]],
  ])('a run that was deleted, while it %s', async (_, records) => {
    const state = await send([begun()]);
    only().info.lifecycle_stage = 'deleted';
    const error = await refusal(send(records, { state }));
    expect(error).toMatchObject({ code: 'mlflow-deleted', message: `This run was deleted from ${fake.origin}.` });
    expect(error.hint).toContain('mlflow runs restore --run-id run1');
  });

  it('a run that is gone for good, or another server’s', async () => {
    const state = (await send([begun()])) as object;
    fake.runs.length = 0;
    const gone = await refusal(send([scalars(10)], { state }));
    expect(gone.code).toBe('mlflow-deleted');
    expect(gone.hint).toMatch(/Remove mlflow\.json .* `ichor track sync`/);
    const moved = await refusal(send([scalars(10)], { state: { ...state, server: 'http://before:5000' } }));
    expect(moved.message).toContain('It was begun at http://before:5000.');
  });

  it.each([
    [null, /No MLflow server is named\./],
    ['mlruns', /does not begin with http/],
    ['sqlite:///mlflow.db', /folders, databases and Databricks/],
    ['databricks', /does not begin with http/],
    ['http://', /names no host/],
    ['http://host/?token=SECRET', /has a \? or # in it/],
  ])('the address %j', async (uri, message) => {
    const error = await refusal(send([begun()], {}, { uri }));
    expect(error.code).toBe('mlflow-address');
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('SECRET');
  });

  it('a state that is none, and a journal without a beginning', async () => {
    expect((await refusal(send([scalars(10)], { state: { run: 3 } }))).code).toBe('mlflow-state');
    expect((await refusal(send([scalars(10)]))).message).toMatch(/has no beginning/);
  });
});

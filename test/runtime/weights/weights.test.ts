import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineBackbone, type PublishedWeights, Type } from '../../../src/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import type { RunEvent } from '../../../src/runtime/events.ts';
import { addWeights } from '../../../src/runtime/weights/add.ts';
import { cachedWeights, type FetchOptions, fetchWeights, weightsState } from '../../../src/runtime/weights/fetch.ts';
import { knownWeights } from '../../../src/runtime/weights/known.ts';
import { mirrored } from '../../../src/runtime/weights/mirror.ts';
import { publishedOf, wantedOf } from '../../../src/runtime/weights/published.ts';
import { verifyWeights } from '../../../src/runtime/weights/verify.ts';
import { type Answer, file, serve, serveSecurely } from '../download/servers.ts';

// No two parts of it are alike.
const DATA = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at + (at >> 8)) & 255));
const hash = (algorithm: string, data: Buffer = DATA) => createHash(algorithm).update(data).digest('hex');
const MD5 = hash('md5');

let cache: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'ichor-weights-'));
  env = { ICHOR_CACHE: cache };
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const published = (url: string, over: Partial<PublishedWeights> = {}): PublishedWeights => ({
  url,
  bytes: DATA.length,
  hash: { md5: MD5 },
  licence: 'Apache-2.0',
  trainedOn: 'ImageNet',
  names: 'keras',
  pixels: 'tf',
  ...over,
});

const PACE = { stallMs: 10_000, tries: 3, pauseMs: 5 };
const folder = (name = `md5-${MD5}`) => join(cache, 'weights', name);

/** Fetches, with what it told on the way. */
async function fetching(source: Parameters<typeof fetchWeights>[0], options: FetchOptions = {}) {
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => void events.push(event);
  const got = await fetchWeights(source, { env, emit, pace: PACE, ...options }).then(
    (weights) => ({ weights, error: null }),
    (error: unknown) => ({ weights: null, error: error as Error & { code: string; hint: string } }),
  );
  const notes = events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
  return { ...got, events, notes };
}

/** The cache holds nothing of these weights: no file, no part, no folder, no lock. */
const nothingLeft = async () => expect(await readdir(join(cache, 'weights'))).toEqual([]);

/** A server whose answers to the first, second, … request differ; the last one goes on. */
async function servedInTurn(...answers: Answer[]) {
  const ranges: (string | undefined)[] = [];
  const origin = await serve((request, response) => {
    ranges.push(request.headers.range);
    answers[Math.min(ranges.length, answers.length) - 1]!(request, response);
  });
  return { url: `${origin}/apps/net/weights_notop.h5`, origin, ranges };
}

/** Promises all and drops the connection after `bytes`. */
const dropsAfter =
  (bytes: number, data = DATA, etag = '"1"'): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': data.length, etag });
    response.write(data.subarray(0, bytes), () => setTimeout(() => response.destroy(), 30));
  };

describe('a fetch that goes well', () => {
  test('the file lies under its hash, with what passed written down; the next one asks nobody', async () => {
    const { url, origin, ranges } = await servedInTurn(file(DATA));
    expect(await cachedWeights(published(url), env)).toBeNull();
    const { weights, events, notes } = await fetching(published(`${url}?token=secret`));
    const path = join(folder(), 'weights_notop.h5');
    expect(weights).toMatchObject({
      path,
      bytes: DATA.length,
      md5: MD5,
      sha256: hash('sha256'),
      licence: 'Apache-2.0',
      url,
    });
    expect(hash('md5', await readFile(path))).toBe(MD5);
    expect(await readdir(folder())).toEqual(['weights.json', 'weights_notop.h5']);
    expect(await readdir(join(cache, 'weights'))).toEqual([`md5-${MD5}`]);
    expect(notes[0]).toBe(
      `weights weights_notop.h5 from ${origin}/apps/net/weights_notop.h5 (300 kB; licence: Apache-2.0; into ${folder()})`,
    );
    expect(notes.at(-1)).toMatch(new RegExp(`^weights weights_notop.h5: 300 kB in .* s, MD5 ${MD5} as published$`));
    expect(events.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({
      stage: 'weights',
      done: DATA.length,
      total: DATA.length,
      unit: 'bytes',
    });
    expect(await cachedWeights(published(url), env)).toEqual(weights);
    const again = await fetching(published(url));
    expect(again).toMatchObject({ weights, events: [] });
    // Offline too: it is here.
    expect(await fetchWeights(published(url), { env: { ...env, ICHOR_OFFLINE: '1' } })).toEqual(weights);
    expect(ranges).toHaveLength(1);
  });

  test('what a recipe names by address and SHA-256 is fetched likewise, of a size that nobody stated', async () => {
    const { url } = await servedInTurn(file(DATA));
    const { weights, notes } = await fetching({ url, sha256: hash('sha256').toUpperCase() });
    expect(weights?.path).toBe(join(folder(`sha256-${hash('sha256')}`), 'weights_notop.h5'));
    expect(notes[0]).toContain('(size not stated; licence not stated;');
  });

  test('a mirror stands for scheme and host, and keeps the path', async () => {
    const asked: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      asked.push(request.url, request.headers.authorization);
      file(DATA)(request, response);
    });
    const ICHOR_WEIGHTS_MIRROR = `${origin.replace('//', '//u:secret@')}/mirror/`;
    const { weights, notes } = await fetching(published('https://published.test/apps/net/w.h5'), {
      env: { ...env, ICHOR_WEIGHTS_MIRROR },
    });
    expect(asked).toEqual(['/mirror/apps/net/w.h5', `Basic ${Buffer.from('u:secret').toString('base64')}`]);
    expect(weights).toMatchObject({
      url: 'https://published.test/apps/net/w.h5',
      from: `${origin}/mirror/apps/net/w.h5`,
    });
    expect(JSON.stringify([weights, notes])).not.toContain('secret');
    expect(() => mirrored('https://a.test/b', { ICHOR_WEIGHTS_MIRROR: '/mnt/weights' })).toThrow('is no web address');
  });

  test('a stated size that is wrong does not matter: the hash decides', async () => {
    const { url } = await servedInTurn(file(DATA));
    expect((await fetching(published(url, { bytes: DATA.length + 5 }))).weights?.bytes).toBe(DATA.length);
  });
});

describe('a server that breaks off', () => {
  test('it goes on by range, and says so', async () => {
    const { url, ranges } = await servedInTurn(dropsAfter(100_000), dropsAfter(0), file(DATA));
    const { weights, notes } = await fetching(published(url));
    expect(weights?.sha256).toBe(hash('sha256'));
    expect(ranges[0]).toBeUndefined();
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    expect(notes[1]).toMatch(
      /^weights weights_notop.h5: the connection to localhost:\d+ broke off.*; trying again in 0.0 s$/,
    );
  });

  test('a file that was replaced meanwhile is fetched from its beginning, whether the server knows If-Range or not', async () => {
    const old = Buffer.alloc(DATA.length, 'old');
    for (const careless of [false, true]) {
      const { url } = await servedInTurn(dropsAfter(100_000, old, '"old"'), (request, response) => {
        if (careless) delete request.headers['if-range'];
        file(DATA, '"new"')(request, response);
      });
      expect((await fetching(published(url))).weights?.md5).toBe(MD5);
      await rm(join(cache, 'weights'), { recursive: true });
    }
  });

  test('after tries that bring nothing new it is given up; the next process goes on from what came', async () => {
    let open = false;
    const ranges: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      ranges.push(request.headers.range);
      if (open) return file(DATA)(request, response);
      if (ranges.length === 1) return dropsAfter(100_000)(request, response);
      response.destroy();
    });
    const url = `${origin}/w.h5`;
    const { error } = await fetching(published(url));
    expect(error?.code).toBe('weights-not-fetched');
    expect(error?.message).toMatch(/the download broke off after \d+ of 300000 bytes \(tries: 3\)/);
    expect(error?.hint).toContain('Run the same command again: it goes on from what has come');
    expect((await readdir(folder())).sort()).toEqual(['w.h5.part', 'w.h5.part.json']);
    // Nothing of it is taken for the file.
    expect((await weightsState(published(url), env)).state).toBe('missing');
    open = true;
    const { weights } = await fetching(published(url));
    expect(weights?.md5).toBe(MD5);
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    expect((await readdir(folder())).sort()).toEqual(['w.h5', 'weights.json']);
  });

  test('a part that is not of this file costs a second download, no more', async () => {
    const { url, ranges } = await servedInTurn(file(DATA));
    await mkdir(folder(), { recursive: true });
    const part = join(folder(), 'weights_notop.h5.part');
    await writeFile(part, Buffer.alloc(50_000, 'x'));
    await writeFile(`${part}.json`, JSON.stringify({ address: url, etag: '"1"', modified: null }));
    expect((await fetching(published(url))).weights?.md5).toBe(MD5);
    expect(ranges).toEqual(['bytes=50000-', undefined]);
  });

  test('silence is given up after a while, where something came after further tries', async () => {
    const silent: Answer = () => undefined;
    const stalls: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': DATA.length });
      response.write(DATA.subarray(0, 1000));
    };
    const once = await servedInTurn(silent);
    const { error } = await fetching(published(once.url), { pace: { ...PACE, stallMs: 60 } });
    expect(error?.message).toContain('sent nothing for 0.06 s');
    expect(once.ranges).toHaveLength(1);
    const later = await servedInTurn(stalls, file(DATA));
    expect((await fetching(published(later.url), { pace: { ...PACE, stallMs: 60 } })).weights?.md5).toBe(MD5);
  });

  test('an interruption keeps what came, and is not an error of the network', async () => {
    const { url } = await servedInTurn((_, response) => {
      response.writeHead(200, { 'content-length': DATA.length, etag: '"1"' });
      response.write(DATA.subarray(0, 100_000));
    }, file(DATA));
    const abort = new AbortController();
    const { error } = await fetching(published(url), {
      signal: abort.signal,
      emit: ({ type }) => type === 'progress' && abort.abort(new Error('interrupted by SIGINT')),
    });
    expect(error?.message).toBe('interrupted by SIGINT');
    expect(existsSync(join(folder(), 'weights_notop.h5.part'))).toBe(true);
    expect((await fetching(published(url))).weights?.md5).toBe(MD5);
  });
});

describe('a server that lies', () => {
  test('a file that a recipe names itself is not called published: perhaps its hash is wrong', async () => {
    const { url } = await servedInTurn(file(DATA));
    const { error } = await fetching({ url, sha256: 'a'.repeat(64) });
    expect(error).toMatchObject({
      code: 'weights-other-file',
      hint: expect.stringMatching(/^Is the sha256 of the recipe/),
    });
    expect(error?.message).toContain(`its SHA-256 is ${hash('sha256')}, not the stated ${'a'.repeat(64)}`);
    expect(`${error?.message}${error?.hint}`).not.toContain('publish');
    await nothingLeft();
  });

  test('another file leaves nothing behind, and its hash is said', async () => {
    const other = Buffer.alloc(DATA.length, 'other');
    const { url } = await servedInTurn(file(other));
    const { error } = await fetching(published(url));
    expect(error?.code).toBe('weights-other-file');
    expect(error?.message).toBe(
      `${url} gave another file than the published weights: its MD5 is ${hash('md5', other)}, not the published ${MD5}. Nothing of it was kept.`,
    );
    await nothingLeft();
  });

  test('a length that is too long: what is there is the file, or it is given up', async () => {
    const { url, ranges } = await servedInTurn((_, response) => {
      response.writeHead(200, { 'content-length': DATA.length + 1000 });
      response.write(DATA, () => setTimeout(() => response.destroy(), 100));
    });
    expect((await fetching(published(url))).weights?.md5).toBe(MD5);
    expect(ranges).toHaveLength(1);
  });

  test('a length that is too short: the rest is asked for once, then it is another file', async () => {
    const short: Answer = (_, response) =>
      response.writeHead(200, { 'content-length': 1000 }).end(DATA.subarray(0, 1000));
    const whole = await servedInTurn(short, file(DATA));
    expect((await fetching(published(whole.url))).weights?.md5).toBe(MD5);
    expect(whole.ranges).toEqual([undefined, 'bytes=1000-']);
    await rm(join(cache, 'weights'), { recursive: true });
    for (const then of [short, file(DATA.subarray(0, 1000))]) {
      const { url, ranges } = await servedInTurn(short, then);
      expect((await fetching(published(url))).error?.code).toBe('weights-other-file');
      expect(ranges).toHaveLength(2);
      await nothingLeft();
    }
  });

  test('one that never ends is cut off', async () => {
    const { url } = await servedInTurn((_, response) => {
      response.writeHead(200);
      const more = () => response.destroyed || response.write(Buffer.alloc(200_000), more);
      more();
    });
    const { error } = await fetching(published(url));
    expect(error?.message).toContain('it is larger than 1600000 bytes');
    await nothingLeft();
  });

  test('a web page is told from a file, also where a part was there, which stays', async () => {
    const page: Answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('\n<!DOCTYPE html><title>Guest  Wi-Fi</title>');
    const { url } = await servedInTurn(page);
    const { error } = await fetching(published(url));
    expect(error?.code).toBe('weights-not-fetched');
    expect(error?.message).toBe(
      `Pretrained weights were not fetched from ${url}: ${url} answered with a web page ("Guest Wi-Fi") in the place of the file.`,
    );
    expect(error?.hint).toContain('Log in to the network');
    const later = await servedInTurn(dropsAfter(100_000), page);
    await fetching(published(later.url));
    expect((await readFile(join(folder(), 'weights_notop.h5.part'))).length).toBeGreaterThan(0);
  });
});

describe('a server that refuses', () => {
  test.each([403, 404, 410])('%i ends it at once', async (status) => {
    const { url, ranges } = await servedInTurn((_, response) => response.writeHead(status).end());
    const { error } = await fetching(published(url));
    expect(error?.code).toBe('weights-not-fetched');
    expect(error?.message).toContain(`${url} answered ${status}`);
    expect(ranges).toHaveLength(1);
    await nothingLeft();
  });

  test('500 and 429 are tried again, as long as Retry-After says, if that is no hour', async () => {
    const status =
      (code: number, after?: string): Answer =>
      (_, response) =>
        response.writeHead(code, after === undefined ? {} : { 'retry-after': after }).end();
    const passing = await servedInTurn(status(500), status(429, '0'), file(DATA));
    expect((await fetching(published(passing.url))).weights?.md5).toBe(MD5);
    const waited = await servedInTurn(status(429, '1'), file(DATA));
    await rm(join(cache, 'weights'), { recursive: true });
    const started = performance.now();
    const { notes } = await fetching(published(waited.url));
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(notes[1]).toContain('answered 429 Too Many Requests; trying again in 1.0 s');
    await rm(join(cache, 'weights'), { recursive: true });
    const busy = await servedInTurn(status(503, '3600'));
    expect((await fetching(published(busy.url))).error?.message).toContain('asks to be left alone for 60 min');
    const broken = await servedInTurn(status(500));
    expect((await fetching(published(broken.url))).error?.message).toContain('answered 500 Internal Server Error');
    expect(broken.ranges).toHaveLength(3);
  });

  test('a circle of redirects, a certificate that nobody knows, a host that is not there: each says what helps', async () => {
    const { url } = await servedInTurn((request, response) => response.writeHead(302, { location: request.url }).end());
    expect((await fetching(published(url))).error?.message).toContain('leads in a circle of redirects');
    const { origin } = await serveSecurely(file(DATA));
    const unsafe = await fetching(published(`${origin}/w.h5`));
    expect(unsafe.error?.message).toMatch(/the certificate of localhost:\d+ is not trusted: .*self.signed certificate/);
    expect(unsafe.error?.hint).toContain('set NODE_EXTRA_CA_CERTS=FILE.pem');
    const gone = await fetching(published('http://localhost:9/w.h5'));
    expect(gone.error?.code).toBe('weights-not-fetched');
    expect(gone.error?.hint).toContain('set HTTPS_PROXY');
    await nothingLeft();
  });
});

test('offline: one error with the address, the file, its hash and both ways to put it there; nothing is asked or written', async () => {
  const { url, ranges } = await servedInTurn(file(DATA));
  const offline = { ...env, ICHOR_OFFLINE: '1' };
  const { error } = await fetching(published(url), { env: offline });
  expect(error?.code).toBe('weights-not-fetched');
  expect(error?.message).toBe(
    `Pretrained weights are not in the cache, and ICHOR_OFFLINE is set, so that they are not fetched: ${url} (weights_notop.h5, 300 kB, MD5 ${MD5}).`,
  );
  expect(error?.hint).toBe(
    `Fetch ${url} (weights_notop.h5, 300 kB, MD5 ${MD5}) where there is a network, then \`ichor weights add weights_notop.h5\` here, or put it at ${join(folder(), 'weights_notop.h5')}.`,
  );
  expect(ranges).toEqual([]);
  expect(await readdir(cache)).toEqual([]);
  // Put there by hand, as it says.
  await mkdir(folder(), { recursive: true });
  await writeFile(join(folder(), 'weights_notop.h5'), DATA);
  expect((await weightsState(published(url), offline)).state).toBe('unchecked');
  expect((await fetching(published(url), { env: offline })).weights?.sha256).toBe(hash('sha256'));
  expect(await cachedWeights(published(url), offline)).toMatchObject({ from: 'put into the cache by hand' });
  const named = await fetching({ url, sha256: 'a'.repeat(64) }, { env: offline });
  expect(named.error?.hint).toContain(`\`ichor weights add weights_notop.h5 --sha256 ${'a'.repeat(64)}\``);
});

describe('what is in the cache', () => {
  test('a file that was changed is named and not used; one whose time alone moved is compared and used', async () => {
    const { url, ranges } = await servedInTurn(file(DATA));
    const { weights } = await fetching(published(url));
    const { path } = weights!;
    await utimes(path, 1000, 1000);
    expect(await cachedWeights(published(url), env)).toBeNull();
    expect(await fetching(published(url))).toMatchObject({ weights: { path } });
    expect(ranges).toHaveLength(1);
    expect(await cachedWeights(published(url), env)).not.toBeNull();

    const other = Buffer.from(DATA);
    other[7] = (other[7] ?? 0) ^ 1;
    await writeFile(path, other);
    expect((await weightsState(published(url), env)).state).toBe('changed');
    expect(await verifyWeights({ env })).toMatchObject([
      { path, state: 'changed', found: hash('md5', other), wanted: MD5 },
    ]);
    const offline = await fetching(published(url), { env: { ...env, ICHOR_OFFLINE: '1' } });
    expect(offline.notes[0]).toBe(
      `${path} is not the published file of weights any more and is not used: its MD5 is ${hash('md5', other)}, not ${MD5}.`,
    );
    expect(offline.error?.code).toBe('weights-not-fetched');
    expect((await fetching(published(url))).weights?.md5).toBe(MD5);
    expect(hash('md5', await readFile(path))).toBe(MD5);
    expect(await verifyWeights({ env })).toMatchObject([{ path, state: 'whole', bytes: DATA.length }]);
    await rm(path);
    expect(await verifyWeights({ env })).toMatchObject([{ path, state: 'missing' }]);
  });

  test('a record that was cut off costs a comparison, not a download', async () => {
    const { url, ranges } = await servedInTurn(file(DATA));
    await fetching(published(url));
    await writeFile(join(folder(), 'weights.json'), '{"file": "../../etc');
    expect((await fetching(published(url))).weights?.md5).toBe(MD5);
    expect(ranges).toHaveLength(1);
  });

  test.runIf(existsSync('/dev/full'))('a full disk is said, and nothing stays on it', async () => {
    const { url } = await servedInTurn(file(DATA));
    await mkdir(folder(), { recursive: true });
    await symlink('/dev/full', join(folder(), 'weights_notop.h5.part'));
    const { error } = await fetching(published(url));
    expect(error?.code).toBe('disk-full');
    expect(error?.message).toContain(`The disk of ${join(cache, 'weights')} filled up`);
    await nothingLeft();
  });

  test('a cache that cannot be written says which, and what names another', async () => {
    const { url } = await servedInTurn(file(DATA));
    await writeFile(join(cache, 'weights'), 'a file in its place');
    const { error } = await fetching(published(url));
    expect(error?.code).toBe('cache-unwritable');
    expect(error?.hint).toContain('ICHOR_CACHE');
    expect(await cachedWeights(published(url), env)).toBeNull();
  });

  test('two at once in one process: one fetches, the other finds it', async () => {
    const { url, ranges } = await servedInTurn((request, response) =>
      setTimeout(() => file(DATA)(request, response), 100),
    );
    const both = await Promise.all([fetching(published(url)), fetching(published(url))]);
    expect(both.map(({ weights }) => weights?.md5)).toEqual([MD5, MD5]);
    expect(ranges).toHaveLength(1);
    expect(
      both.flatMap(({ notes }) => notes).filter((note) => note.includes('another process is fetching them')),
    ).toHaveLength(1);
  });
});

describe('weights that are added by hand', () => {
  const net = (name: string, over: Partial<PublishedWeights> = {}) =>
    defineBackbone({
      name,
      version: 1,
      summary: 'A net.',
      params: Type.Object({ wide: Type.Boolean({ default: false, description: 'Wide.' }) }),
      contract: ({ wide }) => ({
        channels: 3,
        minimumSize: 8,
        pixels: 'tf',
        embedding: 3,
        weights: ['none', 'imagenet'],
        weightsFor: { imagenet: { file: published(`https://published.test/${wide ? 'wide' : 'net'}.h5`, over) } },
      }),
      network: (layers, images) => layers.globalAveragePool(images),
    });

  test('a file is known by its hash, whatever it is called, and is then as good as fetched', async () => {
    const registry = createRegistry([net('net-a'), net('net-b', { hash: { sha256: hash('sha256') } })]);
    const { known, silent } = knownWeights(registry);
    expect(known.map(({ backbone, name }) => `${backbone}:${name}`)).toEqual(['net-a:imagenet', 'net-b:imagenet']);
    expect(silent).toEqual([]);
    const source = join(cache, 'download (1).bin');
    await writeFile(source, DATA);
    const added = await addWeights(source, known, { env });
    expect(added.of.map(({ backbone }) => backbone)).toEqual(['net-a', 'net-b']);
    expect(added).toMatchObject({ present: false, path: join(folder(), 'net.h5'), md5: MD5 });
    for (const { published } of known) expect(await cachedWeights(published, env)).toMatchObject({ from: source });
    expect((await addWeights(source, known, { env })).present).toBe(true);
    expect(hash('md5', await readFile(source))).toBe(MD5);

    const other = join(cache, 'other.h5');
    await writeFile(other, 'something else');
    const refused = await addWeights(other, known, { env }).catch((error: unknown) => error as { hint: string });
    expect(refused).toMatchObject({ code: 'weights-file-unknown', exit: 2 });
    expect((refused as { hint: string }).hint).toContain('`weights: { file: "other.h5" }`');
    expect((refused as { hint: string }).hint).toContain(`MD5 ${MD5}  net-a:imagenet  net.h5`);

    const sha256 = hash('sha256', Buffer.from('something else'));
    await addWeights(other, known, { env, sha256 });
    expect(await cachedWeights({ url: 'https://elsewhere.test/x.h5', sha256 }, env)).toMatchObject({ url: null });
    await expect(addWeights(other, known, { env, sha256: 'b'.repeat(64) })).rejects.toThrow('is another file');
    await expect(addWeights(join(cache, 'none.h5'), known, { env })).rejects.toMatchObject({
      code: 'weights-file-missing',
    });
  });

  test('which file it is may depend on parameters; a backbone that fails is named', () => {
    const component = net('net-a');
    const params = { wide: true, weights: 'imagenet', batchNorm: 'frozen' } as const;
    expect(publishedOf(component, params, 'imagenet')?.url).toBe('https://published.test/wide.h5');
    expect(publishedOf(component, params, 'none')).toBeNull();
    expect(publishedOf(component, params, 'constructor')).toBeNull();
    const throwing = {
      ...component,
      name: 'net-c',
      contract: (): never => {
        throw new Error('it is broken');
      },
    };
    expect(knownWeights(createRegistry([component, throwing])).silent).toEqual([
      { backbone: 'net-c', reason: 'it is broken' },
    ]);
  });
});

test.each([
  ['ftp://a.test/w.h5', 'a'.repeat(64)],
  ['/etc/passwd', 'a'.repeat(64)],
  ['https://a.test/w.h5', 'a'.repeat(63)],
  ['https://a.test/w.h5', '../../../../../../../../../../../../../../../../../../../../../x'],
])('%s with %s is no address of weights', (url, sha256) => {
  expect(() => wantedOf({ url, sha256 })).toThrow(expect.objectContaining({ code: 'weights-address', exit: 2 }));
});

test.each([
  ['https://a.test/x/w.h5?sig=1', 'w.h5'],
  ['https://a.test/x/%2e%2e%2f%2e%2e%2fetc', '_.._etc'],
  ['https://a.test/', 'weights-file'],
  ['https://a.test/weights.json', 'weights-weights.json'],
  ['https://a.test/CON', 'weights-CON'],
  ['https://a.test/w.part', 'weights-w.part'],
  ['https://a.test/a%20b.h5', 'a_b.h5'],
])('%s is kept as %s', (url, expected) => {
  expect(wantedOf({ url, sha256: 'a'.repeat(64) }).file).toBe(expected);
});

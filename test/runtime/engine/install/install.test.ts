import { access, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { WayFailed } from '../../../../src/runtime/engine/install/events.ts';
import { findEngine, verifyEngine } from '../../../../src/runtime/engine/install/find.ts';
import { installEngine } from '../../../../src/runtime/engine/install/install.ts';
import { verifyUnmoved } from '../../../../src/runtime/engine/install/verified.ts';
import { fromFolder } from '../../../../src/runtime/engine/install/way-folder.ts';
import { wheelRefusal } from '../../../../src/runtime/engine/install/way-wheel.ts';
import { thisProcess } from '../../../../src/runtime/store/process-identity.ts';
import { fakeWheel, parts, recorder, serve, sha256, temporaryFolder } from './fakes.ts';

const { wheel, pin, cc, framework } = fakeWheel();

/** An index that offers the fake wheel, and counts what it is asked for. */
async function index(options: { type?: 'json' | 'html'; hash?: string; body?: Buffer } = {}) {
  const asked: string[] = [];
  const origin = await serve((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/simple/tensorflow-cpu/') {
      const hash = options.hash ?? pin.wheel.sha256;
      const url = `../../files/${pin.wheel.name}`;
      if (options.type === 'html') {
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="${url}#sha256=${hash}">w</a>`);
      } else {
        const files = [{ filename: pin.wheel.name, url, hashes: { sha256: hash } }];
        response
          .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
          .end(JSON.stringify({ files }));
      }
    } else if (request.url === `/files/${pin.wheel.name}`) response.end(options.body ?? wheel);
    else response.writeHead(404).end();
  });
  return { url: `${origin.replace('//', '//user:secret@')}/simple`, asked };
}

/** The ways without tfjs-node's installer, which would ask the network. */
async function onlyWheel() {
  const { fromIndex } = await import('../../../../src/runtime/engine/install/way-wheel.ts');
  const { fromPip } = await import('../../../../src/runtime/engine/install/way-pip.ts');
  return {
    ways: [
      { way: 'index' as const, fetch: fromIndex },
      { way: 'pip' as const, fetch: fromPip },
    ],
  };
}

test.each(['json', 'html'] as const)(
  'from an index in %s: two libraries, recorded, verified, found again',
  async (type) => {
    const cache = join(await temporaryFolder(), 'deep', 'cache');
    const { url, asked } = await index({ type });
    const { events, emit } = recorder();
    const result = await installEngine({ emit }, parts(cache, pin, { PIP_INDEX_URL: url }));
    if (result.status !== 'installed') throw new Error(JSON.stringify(result));
    const { engine } = result;
    expect(engine).toMatchObject({
      version: '0.0.1',
      way: 'index',
      cc: 'libtensorflow_cc.so.2',
      framework: 'libtensorflow_framework.so.2',
    });
    expect(sha256(await readFile(join(engine.folder, engine.cc)))).toBe(sha256(cc));
    expect(sha256(await readFile(join(engine.folder, engine.framework ?? '')))).toBe(sha256(framework));
    expect(await findEngine(cache)).toEqual(engine);
    await verifyEngine(engine);

    expect(events[0]).toMatchObject({
      type: 'start',
      downloadBytes: wheel.length,
      diskBytes: cc.length + framework.length,
    });
    expect(events.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({
      step: 'unpack',
      done: cc.length + framework.length,
    });
    expect(JSON.stringify([events, engine])).not.toContain('secret');
    // Nothing but the engine is left: no wheel, no lock, no partial folder.
    expect(await readdir(cache)).toEqual(['tensorflow-0.0.1']);

    const requests = asked.length;
    for (const ifMissing of [true, false]) {
      const again = await installEngine({ ifMissing, emit }, parts(cache, pin, { PIP_INDEX_URL: url }));
      expect(again).toMatchObject({ status: 'present', engine: { installed: engine.installed } });
    }
    expect(asked.length).toBe(requests);
  },
);

test('a file with another hash than the pinned one is not installed, whatever the index says', async () => {
  const cache = await temporaryFolder();
  const other = Buffer.from(wheel);
  other[200] = (other[200] ?? 0) ^ 1;
  const lying = await index({ body: other });
  const honest = await index({ body: other, hash: sha256(other) });
  const run = async (url: string) =>
    installEngine({ emit: () => {} }, { ...parts(cache, pin, { PIP_INDEX_URL: url }), ...(await onlyWheel()) });
  const reasonsOf = (result: Awaited<ReturnType<typeof run>>) => (result.status === 'failed' ? result.reasons : []);
  expect(reasonsOf(await run(lying.url))[0]?.reason).toContain(`its SHA-256 is ${sha256(other)}, not the pinned`);
  expect(reasonsOf(await run(honest.url))[0]?.reason).toContain('offers another file under the name');
  expect(honest.asked).toEqual(['/simple/tensorflow-cpu/']);
  expect(await findEngine(cache)).toBeNull();
  expect(await readdir(cache)).toEqual([]);
});

test('a folder of find-links with the wheel is enough, and its wheel stays', async () => {
  const cache = await temporaryFolder();
  const wheels = await temporaryFolder();
  await writeFile(join(wheels, pin.wheel.name), wheel);
  const result = await installEngine(
    { emit: () => {} },
    parts(cache, pin, { PIP_FIND_LINKS: wheels, PIP_NO_INDEX: '1' }),
  );
  expect(result).toMatchObject({ status: 'installed', engine: { way: 'index' } });
  expect((await stat(join(wheels, pin.wheel.name))).size).toBe(wheel.length);
});

test('pip is asked where no index is configured', async () => {
  const cache = await temporaryFolder();
  const bin = await temporaryFolder();
  const given = join(bin, 'given.whl');
  await writeFile(given, wheel);
  // A pip that notes its arguments and puts the wheel where it was told.
  await writeFile(
    join(bin, 'pip'),
    `#!/bin/sh
[ "$1" = --version ] && exit 0
echo "$@" > ${bin}/args
while [ $# -gt 1 ]; do [ "$1" = --dest ] && dest=$2; shift; done
/bin/cp ${given} "$dest/${pin.wheel.name}"
`,
    { mode: 0o755 },
  );
  const result = await installEngine({ emit: () => {} }, parts(cache, pin, { PATH: bin }));
  expect(result).toMatchObject({ status: 'installed', engine: { way: 'pip' } });
  expect(await readFile(join(bin, 'args'), 'utf8')).toMatch(
    /^download --no-deps .*--only-binary :all: --python-version 3\.11 --platform manylinux2014_x86_64 --implementation cp --abi cp311 tensorflow-cpu==0\.0\.1 --dest /,
  );
});

test('where no way works, each says why in a line, and what would help is said', async () => {
  const cache = await temporaryFolder();
  const bin = await temporaryFolder();
  await writeFile(
    join(bin, 'pip3'),
    '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "ERROR: No matching distribution at https://u:secret@i.example/" >&2\nexit 1\n',
    { mode: 0o755 },
  );
  const { events, emit } = recorder();
  const result = await installEngine({ emit }, { ...parts(cache, pin, { PATH: bin }), ...(await onlyWheel()) });
  expect(result).toMatchObject({
    status: 'failed',
    reasons: [
      { way: 'index', reason: "no package index is configured for pip (PIP_INDEX_URL or pip's configuration files)" },
      { way: 'pip', reason: 'pip download ended with status 1: ERROR: No matching distribution at https://i.example/' },
    ],
  });
  expect(result.status === 'failed' && result.help).toContain('ichor engine install --from DIR');
  expect(events.filter(({ type }) => type === 'way-failed')).toHaveLength(2);
});

test('on another platform the wheel is not even looked for, and this is said once', async () => {
  expect(wheelRefusal('darwin', 'arm64', null)).toContain('Linux on x86-64, this is darwin on arm64');
  expect(wheelRefusal('linux', 'arm64', '2.36')).toContain('this is linux on arm64');
  expect(wheelRefusal('linux', 'x64', null)).toContain('needs glibc');
  expect(wheelRefusal('linux', 'x64', '2.36')).toBeNull();
  const { url, asked } = await index();
  const result = await installEngine(
    { emit: () => {} },
    {
      ...parts(await temporaryFolder(), pin, { PIP_INDEX_URL: url }),
      ...(await onlyWheel()),
      wheelRefusal: () => wheelRefusal('darwin', 'arm64', null),
    },
  );
  expect(result.status === 'failed' && result.reasons).toHaveLength(1);
  expect(asked).toEqual([]);
});

test('libraries that do not work on this machine are not installed, and not fetched twice', async () => {
  const cache = await temporaryFolder();
  const { url } = await index();
  const result = await installEngine(
    { emit: () => {} },
    {
      ...parts(cache, pin, { PIP_INDEX_URL: url }),
      ...(await onlyWheel()),
      tryLibraries: async () => {
        throw new WayFailed('the processor lacks instructions');
      },
    },
  );
  expect(result).toMatchObject({
    status: 'failed',
    reasons: [{ way: 'index', reason: 'the processor lacks instructions' }],
  });
  expect(await readdir(cache)).toEqual([]);
});

test('--from takes an unpacked wheel, site-packages, or a folder of libraries', async () => {
  const from = await temporaryFolder();
  await mkdir(join(from, 'site-packages', 'tensorflow'), { recursive: true });
  await writeFile(join(from, 'site-packages', 'tensorflow', 'libtensorflow_cc.so.2'), cc);
  await writeFile(join(from, 'site-packages', 'tensorflow', 'libtensorflow_framework.so.2'), framework);
  await mkdir(join(from, 'deps', 'lib'), { recursive: true });
  await writeFile(join(from, 'deps', 'lib', 'libtensorflow.so.2'), 'another C API');
  await writeFile(join(from, 'deps', 'lib', 'libtensorflow_framework.so.2'), framework);

  for (const [folder, name, version] of [
    ['site-packages', 'libtensorflow_cc.so.2', '2.20.0'],
    ['site-packages/tensorflow', 'libtensorflow_cc.so.2', '2.20.0'],
    ['', 'libtensorflow.so.2', '2.9.1'],
    ['deps/lib', 'libtensorflow.so.2', '2.9.1'],
  ] as const) {
    const cache = await temporaryFolder();
    const tryLibraries = async () => ({ version });
    const result = await installEngine(
      { from: join(from, folder), emit: () => {} },
      { ...parts(cache, pin, {}), tryLibraries },
    );
    expect(result).toMatchObject({ status: 'installed', engine: { way: 'folder', cc: name, version } });
    const found = await findEngine(cache);
    expect(found?.folder).toBe(join(cache, `tensorflow-${version}`));
    await verifyEngine(found!);
  }
  // What it was taken from is untouched.
  expect(sha256(await readFile(join(from, 'site-packages/tensorflow/libtensorflow_cc.so.2')))).toBe(sha256(cc));
});

test('--from of a folder without libraries is a wrong input that names what it looked for', async () => {
  const run = installEngine({ from: '/nowhere/at/all', emit: () => {} }, parts(await temporaryFolder(), pin, {}));
  await expect(run).rejects.toMatchObject({ code: 'engine-source', exit: 2 });
  await expect(fromFolder({} as never, '/nowhere')).rejects.toThrow('/nowhere holds no TensorFlow libraries');
});

test('the engine that was installed last is the one that runs', async () => {
  const cache = await temporaryFolder();
  const { url } = await index();
  await installEngine({ emit: () => {} }, parts(cache, pin, { PIP_INDEX_URL: url }));
  const from = (await findEngine(cache))?.folder ?? '';
  const result = await installEngine(
    { from, emit: () => {} },
    { ...parts(cache, pin, {}), tryLibraries: async () => ({ version: '0.0.0' }) },
  );
  expect(result.status).toBe('installed');
  expect((await findEngine(cache))?.version).toBe('0.0.0');
});

test('a tampered, cut-off or missing library is refused with the way out; installing mends it', async () => {
  const cache = await temporaryFolder();
  const { url } = await index();
  const replaced = parts(cache, pin, { PIP_INDEX_URL: url });
  await installEngine({ emit: () => {} }, replaced);
  const engine = await findEngine(cache);
  if (!engine) throw new Error('nothing is installed');
  const path = join(engine.folder, engine.cc);

  const changed = Buffer.from(cc);
  changed[1000] = 0;
  for (const [content, wrong] of [
    [changed, 'its SHA-256 is'],
    [cc.subarray(0, 1000), `it has 1000 bytes instead of ${cc.length}`],
  ] as const) {
    await writeFile(path, content);
    await expect(verifyEngine(engine)).rejects.toMatchObject({
      code: 'engine-tampered',
      message: expect.stringContaining(wrong),
      hint: expect.stringContaining('ichor engine install --force'),
    });
    const result = await installEngine({ emit: () => {} }, replaced);
    expect(result.status).toBe('installed');
    await verifyEngine(engine);
  }
  // A wrong size is seen without reading the file, so that set-up mends it too.
  await writeFile(path, 'x');
  expect(await installEngine({ ifMissing: true, emit: () => {} }, replaced)).toMatchObject({ status: 'installed' });
});

test('libraries are not read again where nothing of them moved, and are where something did', async () => {
  const cache = await temporaryFolder();
  const { url } = await index();
  await installEngine({ emit: () => {} }, parts(cache, pin, { PIP_INDEX_URL: url }));
  const engine = await findEngine(cache);
  if (!engine) throw new Error('nothing is installed');
  const path = join(engine.folder, engine.cc);
  const known = join(cache, `.verified-${basename(engine.folder)}.json`);
  // Written a moment ago, a second write might leave the same times: nothing is kept.
  await verifyUnmoved(engine);
  await expect(access(known)).rejects.toThrow();

  vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });
  try {
    await verifyUnmoved(engine);
    const kept = await readFile(known, 'utf8');
    await verifyUnmoved(engine);
    // What is known stands in the place of the hashes: these would no longer fit.
    const other = { ...engine, files: engine.files.map((file) => ({ ...file, bytes: file.bytes + 1 })) };
    await verifyUnmoved(other);

    // As large as before, and with the old time of writing.
    const { atime, mtime } = await stat(path);
    const changed = Buffer.from(cc);
    changed[1000] = 0;
    await writeFile(path, changed);
    await utimes(path, atime, mtime);
    await expect(verifyUnmoved(engine)).rejects.toMatchObject({ code: 'engine-tampered' });
    expect(await readFile(known, 'utf8')).toBe(kept);
    await writeFile(known, 'no sum\n"x"');
    await expect(verifyUnmoved(engine)).rejects.toMatchObject({ code: 'engine-tampered' });
  } finally {
    vi.useRealTimers();
  }
});

test('two at once: one installs, the other waits for it and finds it done', async () => {
  const cache = await temporaryFolder();
  const { url, asked } = await index();
  const { events, emit } = recorder();
  const replaced = parts(cache, pin, { PIP_INDEX_URL: url });
  const results = await Promise.all([1, 2].map(() => installEngine({ ifMissing: true, emit }, replaced)));
  expect(results.map(({ status }) => status).sort()).toEqual(['installed', 'present']);
  expect(asked.filter((path) => path.startsWith('/files/'))).toHaveLength(1);
  expect(events.some(({ type }) => type === 'waiting')).toBe(true);
});

test('what a killed installation left, its lock too, is cleared away', async () => {
  const cache = await temporaryFolder();
  await mkdir(join(cache, '.partial-999999-index', 'engine'), { recursive: true });
  await writeFile(join(cache, '.partial-999999-index', 'engine', 'libtensorflow_cc.so.2'), 'half');
  // This pid is alive, but its process started at another time: the pid was given anew.
  await writeFile(join(cache, '.lock'), JSON.stringify({ ...thisProcess(), started: '1' }));
  const { url } = await index();
  const result = await installEngine({ emit: () => {} }, parts(cache, pin, { PIP_INDEX_URL: url }));
  expect(result.status).toBe('installed');
  expect(await readdir(cache)).toEqual(['tensorflow-0.0.1']);
});

test('an interruption leaves nothing, and says its own reason', async () => {
  const cache = await temporaryFolder();
  const abort = new AbortController();
  const { url } = await index();
  const emit = ({ type }: { type: string }) => {
    if (type === 'trying') abort.abort(new Error('interrupted'));
  };
  const tryLibraries = async () => {
    abort.signal.throwIfAborted();
    return { version: 'never' };
  };
  const run = installEngine(
    { emit, signal: abort.signal },
    { ...parts(cache, pin, { PIP_INDEX_URL: url }), tryLibraries },
  );
  await expect(run).rejects.toThrow('interrupted');
  expect(await readdir(cache)).toEqual([]);
});

test('a cache that cannot be written is said so', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  const run = installEngine({ emit: () => {} }, parts(join(folder, 'file', 'engine'), pin, {}));
  await expect(run).rejects.toMatchObject({ code: 'cache-unwritable', hint: expect.stringContaining('ICHOR_CACHE') });
});

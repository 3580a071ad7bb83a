import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineInfo } from '../../../src/runtime/engine/info.ts';
import { LIMITS } from '../../../src/runtime/engine/limits.ts';
import { describeEngine, openEngine } from '../../../src/runtime/engine/open.ts';
import type { RunEvent } from '../../../src/runtime/events.ts';

describe('the choice of an engine', () => {
  let cache: string;
  const before = process.env.ICHOR_CACHE;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'ichor-cache-'));
    process.env.ICHOR_CACHE = cache;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.ICHOR_CACHE;
    else process.env.ICHOR_CACHE = before;
    rmSync(cache, { recursive: true });
  });

  /** An installation whose library is a few words of text. */
  const install = (recorded: string, there = recorded, version = '9.9.9') => {
    const folder = join(cache, 'engine', `tensorflow-${version}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'library.so'), there);
    const file = {
      name: 'library.so',
      bytes: recorded.length,
      sha256: createHash('sha256').update(recorded).digest('hex'),
    };
    const record = {
      version,
      cc: file.name,
      framework: null,
      way: 'folder',
      source: 'a test',
      files: [file],
      installed: '2026-01-01T00:00:00.000Z',
    };
    writeFileSync(join(folder, 'engine.json'), JSON.stringify(record));
  };

  it('without a native engine: auto takes WASM and says why and what would help', async () => {
    const found = await describeEngine('auto');
    expect(found).toMatchObject({ kind: 'wasm', limits: LIMITS.wasm });
    expect(found.version).toMatch(/^tfjs-wasm \d/);
    expect(found.note).toContain('ichor engine install');
    expect((await describeEngine('wasm')).note).toBeNull();
  });

  it('without a native engine: asking for it is wrong input', async () => {
    await expect(describeEngine('native')).rejects.toMatchObject({ code: 'engine-missing', exit: 2 });
    await expect(openEngine('native')).rejects.toMatchObject({ code: 'engine-missing', exit: 2 });
  });

  it('describes an installed one without reading its libraries', async () => {
    install('no library');
    expect(await describeEngine('auto')).toEqual({
      kind: 'native',
      version: 'tensorflow 9.9.9',
      limits: LIMITS.native,
      note: null,
    });
  });

  it('never quietly takes WASM in the place of a native engine that was changed', async () => {
    install('as it was', 'as it is!');
    await expect(openEngine('auto')).rejects.toMatchObject({ code: 'engine-tampered' });
    const { engines, gpu } = await engineInfo();
    expect(engines[0]).toMatchObject({ kind: 'native', available: false });
    expect(engines[0]?.problem).toContain('not what was installed');
    expect(gpu.devices).toBeNull();
  });

  it('says so where the library does not load', async () => {
    install('no library');
    await expect(openEngine('auto')).rejects.toMatchObject({ code: 'engine-unloadable' });
  });

  it('takes none but the one that keys were made by: replaced or removed meanwhile, it is named', async () => {
    const open = (version: string) => openEngine('native', undefined, undefined, { kind: 'native', version });
    install('no library', 'no library', '9.9.8');
    await expect(open('tensorflow 9.9.9')).rejects.toMatchObject({
      code: 'engine-replaced',
      message: expect.stringMatching(
        /planned on the engine tensorflow 9\.9\.9, and tensorflow 9\.9\.8 stands in its place/,
      ),
    });
    // It is the one, and is tried.
    await expect(open('tensorflow 9.9.8')).rejects.toMatchObject({ code: 'engine-unloadable' });
    rmSync(join(cache, 'engine'), { recursive: true });
    await expect(open('tensorflow 9.9.9')).rejects.toMatchObject({
      code: 'engine-replaced',
      message: expect.stringContaining('no longer installed'),
    });
  });

  it('opens one engine in a process, the same for the same choice', async () => {
    const events: RunEvent[] = [];
    const engine = await openEngine('auto', (event) => events.push(event));
    expect(engine.kind).toBe('wasm');
    expect(engine.version).toBe((await describeEngine('wasm')).version);
    expect(events).toMatchObject([{ type: 'note', level: 'warning' }]);
    expect(await openEngine('wasm')).toBe(engine);
    install('no library');
    await expect(openEngine('native')).rejects.toMatchObject({ code: 'engine-second' });
    // What is open goes on, whatever is installed now.
    const { kind, version } = engine;
    expect(await openEngine('auto', undefined, undefined, { kind, version })).toBe(engine);
    const other = openEngine('auto', undefined, undefined, { kind, version: 'tfjs-wasm 0.0.0' });
    await expect(other).rejects.toMatchObject({ code: 'engine-replaced' });
  });

  it('tells what it knows of engines and machine', async () => {
    const info = await engineInfo();
    expect(info.engines.map(({ kind, available }) => [kind, available])).toEqual([
      ['native', false],
      ['wasm', true],
    ]);
    expect(info.engines[1]?.composed).toContain('Conv2DBackpropFilter');
    expect(info.untried.join()).toContain('CUDA');
    expect(info.auto).toBe('wasm');
  });
});

describe('the limits of WASM', () => {
  const { parameters, multiplyAddsPerStep } = LIMITS.wasm as { parameters: number; multiplyAddsPerStep: number };

  it("let the paper's sequence model through", () => {
    // 2 x 2 x 4 x 256 x (in + 256 + 1) + 6 x 513: 5,250,054 (reference-values.json: sequence_head_counts)
    expect(5_250_054).toBeLessThan(parameters);
    expect(5_246_000 * 60 * 32).toBeLessThan(multiplyAddsPerStep);
  });

  it('refuse ResNet-50', () => {
    // Keras: 23.5 million parameters; He et al. 2015, table 1: 3.8e9 multiply-adds at 224 x 224
    expect(23_500_000).toBeGreaterThan(parameters);
    expect(3.8e9 * 32).toBeGreaterThan(multiplyAddsPerStep);
  });
});

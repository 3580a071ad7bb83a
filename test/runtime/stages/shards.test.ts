import { appendFile, cp, mkdtemp, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import rsna from '../../../plugins/sources/rsna.ts';
import { readContents } from '../../../src/runtime/artifacts/contents.ts';
import { openShards, readPixels, readShardsFacts } from '../../../src/runtime/artifacts/shards.ts';
import type { NoteEvent } from '../../../src/runtime/events.ts';
import { type Look, lookAt } from '../../../src/runtime/look/look.ts';
import { openImageFolder } from '../../../src/runtime/sources/folder.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { openKaggleFolder } from '../../../src/runtime/sources/kaggle.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage, slicesPerShard } from '../../../src/runtime/stages/shards.ts';
import { decodeExample } from '../../../src/runtime/tfrecord/example.ts';
import { unframeRecord } from '../../../src/runtime/tfrecord/record.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { type FolderSlice, kaggleFolder, series } from './kaggle-folder.ts';

async function indexed(slices: readonly FolderSlice[], recipe: DataRecipe = {}): Promise<DataStages> {
  const csv = slices.some(({ positive }) => positive !== null);
  const stages = await DataStages.of(await kaggleFolder(slices, { csv }), { size: 2, ...recipe });
  await stages.run(indexStage);
  return stages;
}

/** Every file of an artifact as hex, by name. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await readFile(join(folder, name))).toString('hex')])),
  );
}

describe('shards', () => {
  it('say how much brain a slice shows: the share of its pixels with 0 < HU < 80', async () => {
    const words = [0, 1, 79, 80, -5, 40, 40, 2000].map((hu) => hu + 1024);
    const stages = await indexed([{ ...series('a', 1)[0]!, rows: 2, columns: 4, words }]);
    expect((await readPixels(await stages.run(shardsStage)))[0]?.brain).toBe(0.5);
  });

  it('say of which slices predictions are doubtful: those that are torn', async () => {
    // A disc in lines of 24 pixels, 32 of them; the header of the second slice says the contrary.
    const disc = Array.from({ length: 24 * 32 }, (_, i) =>
      Math.hypot((i % 24) - 12, Math.floor(i / 24) - 16) < 9 ? 1060 : 24,
    );
    const [right, torn] = series('a', 2) as [FolderSlice, FolderSlice];
    const stages = await indexed([
      { ...right, rows: 32, columns: 24, words: disc },
      { ...torn, rows: 24, columns: 32, words: disc },
    ]);
    const reader = await openShards(await stages.run(shardsStage));
    expect([...reader.doubts()]).toEqual([['ID_a1', ['pictures are torn: Rows and Columns seem exchanged']]]);
    await reader.close();
    expect(stages.ledgers.get('shards')?.notes.filter(({ reason }) => reason === 'torn-pictures')).toMatchObject([
      { item: 'ID_a1', kind: 'warning' },
    ]);
  });

  it('hold windowed, resized bytes that are read back by slice', async () => {
    // 2 x 2, stored = HU + 1024: brain 40/80 gives 0, 127.5 -> 128, 255, 255; bone (hu + 800) / 2800 * 255.
    const words = [0, 40, 80, 2000].map((hu) => hu + 1024);
    const stages = await indexed([
      { ...series('a', 1)[0]!, rows: 2, columns: 2, words, positive: ['subdural'] },
      ...series('b', 2),
    ]);
    const folder = await stages.run(shardsStage);
    const reader = await openShards(folder);
    expect([reader.size, reader.channels, reader.slices]).toEqual([2, ['brain', 'bone'], ['ID_a0', 'ID_b0', 'ID_b1']]);
    expect([...(await reader.read(['ID_a0']))]).toEqual([0, 73, 128, 76, 255, 80, 255, 255]);
    const [first, second] = [await reader.read(['ID_b0']), await reader.read(['ID_b1'])];
    expect([...(await reader.read(['ID_b1', 'ID_b0', 'ID_b1']))]).toEqual([...second, ...first, ...second]);
    await expect(reader.read(['ID_nobody'])).rejects.toThrow('ID_nobody');
    expect(reader.pixels()).toEqual(await readPixels(folder));
    await reader.close();

    const file = await readFile(join(folder, 'part-00001-of-00001.tfrecord'));
    const features = decodeExample(unframeRecord(file.subarray(0, 16 + Number(file.readBigUInt64LE(0)))));
    const text = (name: string) => features.get(name)?.bytes.map((value) => Buffer.from(value).toString());
    expect([text('slice'), text('series'), text('patient'), text('channel-names')]).toEqual([
      ['ID_a0'],
      ['R_a'],
      ['P_a'],
      ['brain', 'bone'],
    ]);
    expect(['height', 'width', 'channels', 'labels'].map((name) => features.get(name)?.int64)).toEqual([
      [2],
      [2],
      [2],
      [0, 0, 0, 0, 1, 1],
    ]);
  });

  it('are the same to the byte with one thread and with three', async () => {
    const stages = await indexed(['a', 'b', 'c'].flatMap((patient) => series(patient, 12)));
    const one = await stages.run(shardsStage, { workers: 1 });
    const three = await stages.run(shardsStage, { workers: 3 });
    expect(await contents(three)).toEqual(await contents(one));
    expect((await readdir(one)).filter((name) => name.endsWith('.tfrecord'))).toHaveLength(3);
  });

  it('go on from the last finished shard, and end with the same bytes', async () => {
    const stages = await indexed(['a', 'b', 'c'].flatMap((patient) => series(patient, 12)));
    const whole = await contents(await stages.run(shardsStage));
    const folder = await mkdtemp(join(tmpdir(), 'ichor-resume-'));
    const interrupt = async (after: number) => {
      const progress = async (done: number) => {
        if (done >= after) throw new Error('interrupted');
      };
      await expect(shardsStage.run(stages.context('shards', folder, { progress, workers: 2 }))).rejects.toThrow(
        'interrupted',
      );
    };
    await interrupt(20);
    expect(Object.keys(await contents(folder))).toEqual(['part-00001-of-00003.json', 'part-00001-of-00003.tfrecord']);
    // A crash leaves what was aside, and a shard may have its rows without its records.
    await writeFile(join(folder, 'part-00002-of-00003.tfrecord.tmp'), 'half');
    await writeFile(join(folder, 'part-00002-of-00003.json'), '[');
    const seen: number[] = [];
    await stages.run(shardsStage, { folder, progress: async (done) => void seen.push(done) });
    expect(seen[0]).toBe(16);
    expect(seen[1]).toBe(17);
    await rm(join(folder, 'ledger.json'));
    const { 'ledger.json': _, ...wanted } = whole;
    expect(await contents(folder)).toEqual(wanted);
  });

  it('leave truncated pixels out, with a ledger line and a row in pixels.csv', async () => {
    const stages = await indexed([...series('a', 2), { ...series('b', 1)[0]!, cut: 3 }]);
    const folder = await stages.run(shardsStage);
    const reader = await openShards(folder);
    expect(reader.slices).toEqual(['ID_a0', 'ID_a1']);
    expect(reader.pixels().at(-1)).toEqual({ slice: 'ID_b0', status: 'truncated', hash: '', blank: false, brain: 0 });
    await reader.close();
    expect(stages.ledgers.get('shards')?.leftOut).toMatchObject([
      { item: 'stage_2_train/ID_b0.dcm', reason: 'truncated-pixels', what: 'file' },
    ]);
  });

  it('note the repair of a wrong intercept and implausible values; blank pictures are marked', async () => {
    const [wrapped, blank, noise, shifted] = series('a', 4);
    const stages = await indexed([
      { ...wrapped!, intercept: '0', rows: 1, columns: 2, words: [3096, 0] },
      { ...blank!, words: new Array(16).fill(7) },
      { ...shifted!, intercept: '1024', bitsStored: 16, words: [...new Array(8).fill(24), ...new Array(8).fill(1064)] },
      { ...noise!, bitsStored: 16, words: [...new Array(8).fill(0), ...new Array(8).fill(20000)] },
    ]);
    const folder = await stages.run(shardsStage);
    expect(stages.ledgers.get('shards')?.notes.map(({ item, reason, kind }) => [item, reason, kind])).toEqual([
      ['ID_a0', 'repaired-intercept', 'repair'],
      ['ID_a1', 'blank-picture', 'warning'],
      ['ID_a2', 'implausible-values', 'warning'],
      ['ID_a2', 'empty-part', 'warning'],
      ['ID_a3', 'implausible-rescale', 'warning'],
      ['R_a', 'no-tissue', 'warning'],
      ['R_a', 'bright-surroundings', 'warning'],
    ]);
    expect((await readPixels(folder)).map(({ blank: is }) => is)).toEqual([false, true, false, false]);
  });

  it('say what became of padding: air where it would show as bone, else it stays', async () => {
    const us = (value: number) => ({
      tag: [0x28, 0x120] as [number, number],
      vr: 'US',
      value: Buffer.from(Uint16Array.of(value).buffer),
    });
    const [bright, dark, among, none] = series('a', 4);
    const words = [1000, 1064, 1100, 63536].flatMap((word) => new Array(4).fill(word));
    const stages = await indexed([
      { ...bright!, bitsStored: 16, words, more: [us(63536)] },
      { ...dark!, bitsStored: 16, words: words.map((word) => (word === 63536 ? 0 : word)), more: [us(0)] },
      { ...among!, bitsStored: 16, words: words.map((word) => (word === 63536 ? 0 : word)), more: [us(1064)] },
      { ...none!, bitsStored: 16, words: words.map((word) => (word === 63536 ? 24 : word)), more: [us(7)] },
    ]);
    const folder = await stages.run(shardsStage);
    const notes = stages.ledgers.get('shards')?.notes.filter(({ reason }) => reason.startsWith('padding'));
    expect(notes).toMatchObject([
      { item: 'ID_a0', reason: 'padding-as-air', kind: 'repair', message: expect.stringMatching(/^4 pixels .*63536/) },
      {
        item: 'ID_a2',
        reason: 'padding-among-tissue',
        kind: 'warning',
        message: expect.stringMatching(/^4 pixels .*1064/),
      },
    ]);
    const reader = await openShards(folder);
    const images = await Promise.all(reader.slices.map((slice) => reader.read([slice])));
    await reader.close();
    expect(new Set(images.map((image) => image.join())).size).toBe(1);
    // 63536, 0 and 24 (-1000 HU): the first two as air are the third's picture.
    const hashes = (await readPixels(folder)).map(({ hash }) => hash);
    expect([hashes[0], hashes[1]]).toEqual([hashes[3], hashes[3]]);
    expect(hashes[2]).not.toBe(hashes[3]);
  });

  it('of a file with 20 MB in front of its pixels: the same record as without', async () => {
    const [plain, long] = series('a', 2);
    const words = Array.from({ length: 16 }, (_, i) => 1000 + 10 * i);
    const more = [{ tag: [9, 0x1010] as [number, number], vr: 'OB', value: Buffer.alloc(20 * 1024 * 1024, 3) }];
    const stages = await indexed([
      { ...plain!, words },
      { ...long!, words, more },
    ]);
    const reader = await openShards(await stages.run(shardsStage));
    expect([...(await reader.read(['ID_a1']))]).toEqual([...(await reader.read(['ID_a0']))]);
    await reader.close();
    const file = join(stages.root, 'stage_2_train', 'ID_a1.dcm');
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(1)]));
    await expect(stages.run(shardsStage)).rejects.toMatchObject({ code: 'source-changed' });
  });

  it('go on where the drive fails in the middle of a file, and say so', async () => {
    const stages = await indexed(series('a', 3));
    const fails = async (path: string, code: string) => {
      const open = rsna.open;
      const context = stages.context('shards', await mkdtemp(join(tmpdir(), 'ichor-eio-')));
      const registry = {
        ...context.registry,
        get: (kind: 'source', name: string) => {
          const component = context.registry.get(kind, name);
          if (kind !== 'source') return component;
          return {
            ...component,
            open: async (...of: Parameters<typeof open>) => {
              const source = await open(...of);
              const read: typeof source.read = (name, length) =>
                name.endsWith(path)
                  ? Promise.reject(Object.assign(new Error(name), { code }))
                  : source.read(name, length);
              return { ...source, read };
            },
          };
        },
      } as unknown as typeof context.registry;
      return { ledger: await shardsStage.run({ ...context, registry }), folder: context.folder };
    };
    const { ledger, folder } = await fails('ID_a1.dcm', 'EIO');
    expect(ledger.leftOut).toMatchObject([
      { item: 'stage_2_train/ID_a1.dcm', reason: 'unreadable-pixels', what: 'file' },
    ]);
    expect((await readPixels(folder)).map(({ status }) => status)).toEqual(['read', 'unreadable', 'read']);
    // A file that is not there any more is no fault of the drive.
    await expect(fails('ID_a1.dcm', 'ENOENT')).rejects.toMatchObject({ code: 'source-changed' });
    await expect(fails('.dcm', 'EIO')).rejects.toMatchObject({
      code: 'no-readable-pixels',
      message: expect.stringContaining('3 of them cannot be read'),
    });
  });

  it('note a picture that a series, or a patient, has twice under two ids, with counts', async () => {
    const words = (seed: number) => Array.from({ length: 16 }, (_, i) => 1000 + ((11 * i + 37 * seed) % 400));
    const [a, b, c] = ['a', 'b', 'c'].map((name) => series(name, 4)) as [FolderSlice[], FolderSlice[], FolderSlice[]];
    const copies = b.map((slice, i) => ({ ...slice, patient: 'P_a', words: words(i) }));
    const blank = c.map((slice) => ({ ...slice, words: new Array(16).fill(24) }));
    const again = { ...a[3]!, words: words(0) };
    const stages = await indexed([
      ...a.slice(0, 3).map((slice, i) => ({ ...slice, words: words(i) })),
      again,
      ...copies,
      ...blank,
    ]);
    await stages.run(shardsStage);
    const notes = stages.ledgers.get('shards')!.notes.filter(({ reason }) => reason === 'repeated-picture');
    expect(notes.map(({ item, reason, kind }) => [item, reason, kind])).toEqual([
      ['R_a', 'repeated-picture', 'warning'],
      ['R_b', 'repeated-picture', 'warning'],
    ]);
    expect(notes[0]?.message).toMatch(
      /^1 slices of the series show a picture that it holds already .*first ID_a3, as ID_a0/,
    );
    expect(notes[1]?.message).toMatch(/^3 slices of the series show a picture of series R_a under/);
  });

  it('note pictures of two patients where nothing is labelled: there is no split that would', async () => {
    const words = Array.from({ length: 16 }, (_, i) => 1000 + 11 * i);
    const unlabelled = ['a', 'b'].flatMap((name) => series(name, 1, { positive: null, words }));
    const stages = await indexed(unlabelled);
    await stages.run(shardsStage);
    const repeated = (of: DataStages) =>
      of.ledgers.get('shards')!.notes.filter(({ reason }) => reason === 'repeated-picture');
    expect(repeated(stages)[0]?.message).toContain('of series R_a, of another patient');
    const labelled = await indexed(unlabelled.map((slice) => ({ ...slice, positive: [] })));
    await labelled.run(shardsStage);
    expect(repeated(labelled)).toEqual([]);
  });

  it('take sizes that are not square, implicit and explicit files, 8, 12 and 16 bits in one set', async () => {
    const [a, b, c] = series('a', 3);
    const hu = [0, 20, 40, 60, 80, 100];
    // One picture in three encodings: the same bytes come out.
    const stages = await indexed([
      { ...a!, rows: 2, columns: 3, words: hu.map((value) => value + 1024) },
      { ...b!, rows: 2, columns: 3, words: hu, bitsStored: 16, signed: true, intercept: '0', explicit: false },
      { ...c!, rows: 2, columns: 3, words: hu, bitsAllocated: 8, bitsStored: 8, signed: true, intercept: '0' },
    ]);
    const folder = await stages.run(shardsStage);
    const reader = await openShards(folder);
    const images = await Promise.all(reader.slices.map((slice) => reader.read([slice])));
    await reader.close();
    expect(new Set(images.map((image) => image.join())).size).toBe(1);
    expect(new Set((await readPixels(folder)).map(({ hash }) => hash)).size).toBe(1);
  });

  it('notice a file that changed since index: size, header, or gone', async () => {
    const stages = await indexed(series('a', 2));
    const file = join(stages.root, 'stage_2_train', 'ID_a1.dcm');
    const failure = () => stages.run(shardsStage).catch((error) => error);
    const changed = { code: 'source-changed', message: expect.stringContaining('stage_2_train/ID_a1.dcm') };
    const before = await readFile(file);
    await truncate(file, before.length - 1);
    expect(await failure()).toMatchObject(changed);
    const other = Buffer.from(before);
    other.write('-1000', other.indexOf('-1024'), 'latin1');
    await writeFile(file, other);
    expect(await failure()).toMatchObject(changed);
    await rm(file);
    expect(await failure()).toMatchObject({ ...changed, message: expect.stringContaining('ENOENT') });
    await writeFile(file, before);
    expect(await failure()).toEqual(expect.any(String));
  });

  it('refuse a set without one readable picture', async () => {
    const stages = await indexed([{ ...series('a', 1)[0]!, cut: 1 }]);
    await expect(stages.run(shardsStage)).rejects.toMatchObject({ code: 'no-readable-pixels', exit: 2 });
  });

  it('find the files of private identities again, and tell no path where one is gone', async () => {
    const root = await kaggleFolder(series('SMITH', 3), { csv: false });
    const stages = await DataStages.of(root, { source: 'folder', size: 2 });
    await stages.run(indexStage);
    const folder = await stages.run(shardsStage);
    const reader = await openShards(folder);
    expect(reader.slices).toHaveLength(3);
    await reader.close();
    for (const name of await readdir(folder))
      expect(await readFile(join(folder, name), 'latin1')).not.toMatch(/SMITH|dcm/);
    await rm(join(root, 'stage_2_train', 'ID_SMITH1.dcm'));
    const error = await stages.run(shardsStage).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'source-changed' });
    expect(error.message).not.toMatch(/SMITH|dcm/);
  });

  it('throw on a record whose checksum is wrong', async () => {
    const stages = await indexed(series('a', 2));
    const folder = await mkdtemp(join(tmpdir(), 'ichor-damaged-'));
    await cp(await stages.run(shardsStage), folder, { recursive: true });
    const file = join(folder, 'part-00001-of-00001.tfrecord');
    const bytes = await readFile(file);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] as number) ^ 255;
    await writeFile(file, bytes);
    const reader = await openShards(folder);
    await expect(reader.read(['ID_a1'])).rejects.toMatchObject({ code: 'shard-damaged' });
    await expect(reader.read(['ID_a0'])).resolves.toBeInstanceOf(Uint8Array);
    await reader.close();
  });
});

it('shards are a sixteenth of a small set and 128 MB of a large one', () => {
  expect(slicesPerShard(30, 224 * 224 * 3)).toBe(16);
  expect(slicesPerShard(324, 224 * 224 * 3)).toBe(21);
  expect(slicesPerShard(874_035, 224 * 224 * 3)).toBe(891);
});

/** A look at the folder as a run has it, with a store beside. */
async function lookOf(root: string, storeRoot: string): Promise<Look> {
  const key = Buffer.alloc(32, 7);
  const options = { identities: identitiesOf('public', key), key, named: (hash: string) => hash };
  const { look } = await lookAt(await openKaggleFolder(root), { ...options, memory: { storeRoot, writes: true } });
  await look.keep();
  return look;
}

async function changeLastPixel(root: string, id: string): Promise<void> {
  const file = join(root, 'stage_2_train', `${id}.dcm`);
  const bytes = await readFile(file);
  bytes[bytes.length - 2] = 1 ^ (bytes[bytes.length - 2] as number);
  await writeFile(file, bytes);
}

describe('shards and files that change', () => {
  it('say what each file held, and are made of nothing else than the run found', async () => {
    const stages = await indexed(series('a', 3));
    const storeRoot = await mkdtemp(join(tmpdir(), 'ichor-look-'));
    const look = await lookOf(stages.root, storeRoot);
    const folder = await stages.run(shardsStage, { look });
    const contents = await readContents(folder);
    expect(contents.map(({ file }) => file)).toEqual([0, 1, 2].map((i) => `stage_2_train/ID_a${i}.dcm`));
    expect((await readShardsFacts(folder)).madeOf).toBe(look.headersFingerprint);
    const reader = await openShards(folder);
    expect(reader.pixels()).toEqual(await readPixels(folder));
    await reader.close();

    await changeLastPixel(stages.root, 'ID_a1');
    // The key of these shards says what the file held: a run that looked before the change does not take it.
    await expect(stages.run(shardsStage, { look })).rejects.toMatchObject({
      code: 'source-changed',
      message: 'The file stage_2_train/ID_a1.dcm is not the one that this run found: its pixels differ.',
    });
    const later = await lookOf(stages.root, storeRoot);
    expect([...later.changed.keys()]).toEqual(['stage_2_train/ID_a1.dcm']);
    const other = await stages.run(shardsStage, { look: later });
    // What stands in the key needs no other record.
    expect(await readContents(other)).toEqual(contents.filter(({ file }) => !file.includes('ID_a1')));
    const [before, after] = [await readPixels(folder), await readPixels(other)];
    expect(after.map(({ hash }, i) => hash === before[i]?.hash)).toEqual([true, false, true]);
  });

  it('refuse to be complete beside shards that another run made of something else meanwhile', async () => {
    const stages = await indexed(series('a', 2));
    const storeRoot = await mkdtemp(join(tmpdir(), 'ichor-look-'));
    const look = await lookOf(stages.root, storeRoot);
    const progress = async () => look.madeOf?.add([{ file: 'stage_2_train/ID_a0.dcm', content: 'other' }]);
    await expect(stages.run(shardsStage, { look, progress })).rejects.toMatchObject({
      code: 'source-changed',
      message: expect.stringContaining('is not the one that other shards were made of'),
    });
  });

  describe('while they are made', () => {
    /** Runs shards; `meanwhile` happens once every file was read. */
    async function runWith(stages: DataStages, meanwhile: () => Promise<void>, look?: Look) {
      const said: NoteEvent[] = [];
      let left = true;
      const result = await stages
        .run(shardsStage, {
          look: look ?? (await lookOf(stages.root, await mkdtemp(join(tmpdir(), 'ichor-look-')))),
          emit: (event) => event.type === 'note' && said.push(event),
          progress: async (done, total) => {
            if (done < total || !left) return;
            left = false;
            await meanwhile();
          },
        })
        .catch((error: unknown) => error);
      return { result, said };
    }

    it('refuse what was written to after it was read: pixels, and sizes', async () => {
      const stages = await indexed(series('a', 3));
      const both = async () => {
        await changeLastPixel(stages.root, 'ID_a1');
        await appendFile(join(stages.root, 'stage_2_train', 'ID_a2.dcm'), 'xx');
      };
      expect((await runWith(stages, both)).result).toMatchObject({
        code: 'source-changed',
        message:
          'The file stage_2_train/ID_a1.dcm is not the one that this run read: it was written to meanwhile, as in 1 more.',
      });
    });

    it('take new times on equal bytes, and drives without times, for what they are', async () => {
      const stages = await indexed(series('a', 2));
      const touch = () => utimes(join(stages.root, 'stage_2_train', 'ID_a0.dcm'), 1, 1);
      expect(await runWith(stages, touch)).toEqual({ result: expect.any(String), said: [] });
    });

    it('say what came into the folder, and what went away', async () => {
      const stages = await indexed(series('a', 2));
      const file = (id: string) => join(stages.root, 'stage_2_train', `${id}.dcm`);
      const moved = () => rename(file('ID_a1'), file('ID_z9'));
      const { result, said } = await runWith(stages, moved);
      expect(result).toEqual(expect.any(String));
      expect(said).toMatchObject([
        {
          level: 'warning',
          code: 'folder-moving',
          message:
            'The data folder changed while shards were made: 1 file came in too late to be read (first stage_2_train/ID_z9.dcm); 1 file went away after being read (first stage_2_train/ID_a1.dcm).',
        },
      ]);
    });

    it('tell no private name of it', async () => {
      const root = await kaggleFolder(series('SMITH', 2), { csv: false });
      const stages = await DataStages.of(root, { source: 'folder', size: 2 });
      await stages.run(indexStage);
      const key = Buffer.alloc(32, 7);
      const source = await openImageFolder(root);
      const identities = identitiesOf('private', key);
      const { look } = await lookAt(source, { identities, key, named: (hash) => hash, memory: null });
      const file = (id: string) => join(root, 'stage_2_train', `${id}.dcm`);
      const { said } = await runWith(stages, () => rename(file('ID_SMITH1'), file('ID_SMITH9')), look);
      expect(said).toHaveLength(1);
      expect(said[0]?.message).not.toMatch(/SMITH/);
      const changed = await runWith(stages, () => appendFile(file('ID_SMITH0'), 'xx'), look);
      expect(changed.result).toMatchObject({ code: 'source-changed' });
      expect((changed.result as Error).message).not.toMatch(/SMITH/);
    });
  });

  it('go on only from finished shards whose files are what they were', async () => {
    const stages = await indexed(['a', 'b', 'c'].flatMap((patient) => series(patient, 12)));
    const storeRoot = await mkdtemp(join(tmpdir(), 'ichor-look-'));
    const folder = await mkdtemp(join(tmpdir(), 'ichor-resume-'));
    const stop = async (done: number) => {
      if (done >= 34) throw new Error('interrupted');
    };
    const look = await lookOf(stages.root, storeRoot);
    const context = stages.context('shards', folder, { progress: stop, look });
    await expect(shardsStage.run(context)).rejects.toThrow('interrupted');
    // The second of three shards: slices 17 to 32.
    await changeLastPixel(stages.root, 'ID_b6');
    const seen: number[] = [];
    const again = await lookOf(stages.root, storeRoot);
    expect(again.changed.size).toBe(0);
    await stages.run(shardsStage, { folder, look: again, progress: async (done) => void seen.push(done) });
    expect(seen.slice(0, 2)).toEqual([16, 17]);
    const fresh = await stages.run(shardsStage, { look: await lookOf(stages.root, storeRoot) });
    const { 'ledger.json': _, ...wanted } = await contents(fresh);
    const { 'ledger.json': __, ...made } = await contents(folder);
    expect(made).toEqual(wanted);
  });
});

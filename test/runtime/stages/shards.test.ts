import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openShards, readPixels } from '../../../src/runtime/artifacts/shards.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage, slicesPerShard } from '../../../src/runtime/stages/shards.ts';
import { decodeExample } from '../../../src/runtime/tfrecord/example.ts';
import { unframeRecord } from '../../../src/runtime/tfrecord/record.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { type FolderSlice, kaggleFolder, series } from './kaggle-folder.ts';

async function indexed(slices: readonly FolderSlice[], recipe: DataRecipe = {}): Promise<DataStages> {
  const stages = await DataStages.of(await kaggleFolder(slices), { size: 2, ...recipe });
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
    const [wrapped, blank, noise] = series('a', 3);
    const stages = await indexed([
      { ...wrapped!, intercept: '0', rows: 1, columns: 2, words: [3096, 0] },
      { ...blank!, words: new Array(16).fill(7) },
      { ...noise!, bitsStored: 16, words: [...new Array(8).fill(0), ...new Array(8).fill(20000)] },
    ]);
    const folder = await stages.run(shardsStage);
    expect(stages.ledgers.get('shards')?.notes.map(({ item, reason, kind }) => [item, reason, kind])).toEqual([
      ['ID_a0', 'repaired-intercept', 'repair'],
      ['ID_a2', 'implausible-values', 'warning'],
    ]);
    expect((await readPixels(folder)).map(({ blank: is }) => is)).toEqual([false, true, false]);
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
    const { notes } = stages.ledgers.get('shards')!;
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
    expect(stages.ledgers.get('shards')!.notes[0]?.message).toContain('of series R_a, of another patient');
    const labelled = await indexed(unlabelled.map((slice) => ({ ...slice, positive: [] })));
    await labelled.run(shardsStage);
    expect(labelled.ledgers.get('shards')!.notes).toEqual([]);
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

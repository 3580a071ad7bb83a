import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fatesOf } from '../../../src/runtime/artifacts/ledger.ts';
import { readPixels } from '../../../src/runtime/artifacts/shards.ts';
import { readSlices, type SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import type { LedgerPart } from '../../../src/runtime/ledger.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage } from '../../../src/runtime/stages/shards.ts';
import { type BuiltSlice, buildDicom } from '../dicom/build.ts';
import { DataStages } from './context.ts';

const fixtures: Record<string, { file: string }> = JSON.parse(
  await readFile(new URL('../../fixtures/dicom.json', import.meta.url), 'utf8'),
);
const made = (name: string) => Buffer.from(fixtures[name]?.file ?? '', 'base64');
/** Fixtures share their UIDs: of the same length, another one. */
const named = (name: string, uid: string) => {
  const bytes = made(name);
  for (let at = bytes.indexOf('1.2.3.4'); at >= 0; at = bytes.indexOf('1.2.3.4', at + 1))
    bytes.write(uid, at, 'latin1');
  return bytes;
};
const built = (of: BuiltSlice) =>
  buildDicom({ rows: 23, columns: 17, words: Array.from({ length: 391 }, (_, i) => i * 9), ...of });
/** (0028,0301) and the like. */
const text = (group: number, element: number, vr: string, value: string) => ({
  tag: [group, element] as [number, number],
  vr,
  value: Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1'),
});

async function run(files: Record<string, Buffer>) {
  const root = await mkdtemp(join(tmpdir(), 'ichor-encodings-'));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
  const stages = await DataStages.of(root, { source: 'folder', params: { showIds: true }, size: 4 });
  const rows = await readSlices(await stages.run(indexStage));
  const shards = await stages.run(shardsStage);
  const ledgers = ['index', 'shards'].map((name) => stages.ledgers.get(name) as LedgerPart);
  return {
    rows,
    shards,
    pixels: await readPixels(shards),
    fates: fatesOf(ledgers, 'file'),
    leftOut: ledgers.flatMap(({ leftOut }) => leftOut.map(({ item, reason }) => `${reason}: ${item}`)),
    notes: (reason: string) => ledgers.flatMap(({ notes }) => notes.filter((note) => note.reason === reason)),
  };
}

describe('a folder of every encoding', () => {
  let found: Awaited<ReturnType<typeof run>>;
  const row = (slice: string): SliceRow | undefined => found.rows.find((each) => each.slice === slice);

  beforeAll(async () => {
    const damaged = named('jpeg-2000-12u', '1.2.3.9');
    damaged.fill(
      0,
      damaged.indexOf(Buffer.from('ff4fff51', 'hex')) + 8,
      damaged.indexOf(Buffer.from('ff4fff51', 'hex')) + 16,
    );
    const cut = named('enhanced-explicit', '1.3.3.4');
    found = await run({
      'rle.dcm': named('rle-12u', '1.2.3.5'),
      'lossless.dcm': named('jpeg-lossless-12u', '1.2.3.6'),
      'lossy.dcm': named('jpeg-2000-lossy-12u', '1.2.3.7'),
      'big.dcm': named('big-12u', '1.2.3.8'),
      'damaged.dcm': damaged,
      'enhanced.dcm': named('enhanced-implicit', '1.2.4.4'),
      'without.dcm': named('enhanced-without', '1.2.5.4'),
      'cut.dcm': cut.subarray(0, cut.length - 23 * 17 * 2 - 40),
      'report.dcm': made('deflated-report'),
      'a/nowhere.dcm': built({ study: '', series: '', sop: '', position: [0, 0, 1], instance: 1 }),
      'a/nowhere2.dcm': built({ study: '', series: '', sop: '1.9.1', position: [0, 0, 6], instance: 2 }),
      'b/nowhere.dcm': built({
        study: '',
        series: '',
        sop: '1.9.2',
        patient: 'ANOTHER',
        position: [0, 0, 1],
        instance: 1,
      }),
    });
  }, 60_000);

  it('gives each file one fate, whatever number of frames it has', () => {
    expect(found.leftOut.sort()).toEqual(['not-ct: report.dcm', 'undecodable-pixels: damaged.dcm']);
    expect(found.fates).toMatchObject({ found: 12, used: 10 });
  });

  it('a frame is a slice with its number, place and picture; a file of one slice has none', () => {
    const frames = found.rows.filter(({ file }) => file === 'enhanced.dcm');
    expect(frames.map(({ slice, frame, positionMm }) => [slice, frame, positionMm])).toEqual(
      [1, 2, 3, 4].map((frame) => [`1.2.4.4.f${frame}`, frame, 5 * (frame - 1)]),
    );
    expect(row('1.2.3.5')).not.toHaveProperty('frame');
    const hashes = frames.map(({ slice }) => found.pixels.find((pixel) => pixel.slice === slice));
    expect(hashes.map((pixel) => pixel?.status)).toEqual(new Array(4).fill('read'));
    expect(new Set(hashes.map((pixel) => pixel?.hash)).size).toBe(4);
  });

  it('frames that cannot be used are told, and the rest of their file is used', () => {
    expect(found.notes('frames-left-out').map(({ item, message }) => [item, message.split(':')[0]])).toEqual(
      expect.arrayContaining([
        ['without.dcm', '1 of its 3 frames are left out (unusable-rescale)'],
        ['cut.dcm', expect.stringMatching(/^[12] of its 4 frames are left out \(truncated-pixels\)/)],
      ]),
    );
    // Its place is not known, those of the others are.
    const without = found.notes('frames-left-out').filter(({ item }) => item === 'without.dcm');
    expect(without.map(({ message }) => message.slice(0, 60))).toHaveLength(2);
  });

  it('the same picture is the same, whatever holds it', () => {
    const hash = (slice: string) => found.pixels.find((pixel) => pixel.slice === slice)?.hash;
    expect(hash('1.2.3.5')).toMatch(/^[0-9a-f]{64}$/);
    expect([hash('1.2.3.6'), hash('1.2.3.8')]).toEqual([hash('1.2.3.5'), hash('1.2.3.5')]);
  });

  it('loss is noted by series', () => {
    expect(found.notes('lossy-pixels')).toMatchObject([
      {
        item: '1.2.3.2',
        what: 'series',
        message: expect.stringContaining('1 slices of the series were compressed with loss'),
      },
    ]);
  });

  it('files without UIDs are series by folder, and slices by path', () => {
    const nowhere = found.rows.filter(({ file }) => file.includes('nowhere'));
    expect(new Set(nowhere.map(({ series }) => series)).size).toBe(2);
    for (const { series, study } of nowhere)
      expect([series, study]).toEqual([expect.stringMatching(/^folder-/), series]);
    expect(found.notes('no-series-uid')).toHaveLength(2);
    expect(found.notes('no-sop-uid')).toMatchObject([{ item: 'a/nowhere.dcm', what: 'file' }]);
    expect(nowhere.find(({ file }) => file === 'a/nowhere.dcm')?.slice).toMatch(/^file-[0-9a-f]{24}$/);
  });
});

describe('loss that a header states', () => {
  it('with its ratio, of uncompressed pixels too', async () => {
    const more = [text(0x28, 0x2110, 'CS', '01'), text(0x28, 0x2112, 'DS', '12.5')];
    const { notes } = await run({
      'a.dcm': built({ more }),
      'b.dcm': built({ more, sop: 'ID_b', position: [0, 0, 10] }),
    });
    expect(notes('lossy-pixels')).toMatchObject([
      { item: 'ID_series', message: expect.stringMatching(/^2 slices .* by a ratio of 12\.5:/) },
    ]);
  });
});

describe('copies of files of several frames', () => {
  it('are one file left out', async () => {
    const bytes = made('enhanced-explicit');
    const { leftOut, fates, rows } = await run({ 'a.dcm': bytes, 'b.dcm': bytes });
    expect(leftOut).toEqual(['duplicate-slice: b.dcm']);
    expect(fates).toMatchObject({ found: 2, used: 1 });
    expect(rows).toHaveLength(4);
  });
});

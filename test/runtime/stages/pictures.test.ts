import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/files/crc32.ts';
import { fatesOf } from '../../../src/runtime/artifacts/ledger.ts';
import { openShards } from '../../../src/runtime/artifacts/shards.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage } from '../../../src/runtime/stages/shards.ts';
import { splitStage } from '../../../src/runtime/stages/split.ts';
import { zipOf } from '../../zip-writer.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { floatTiff, folderOf, PICTURES, png8, png16, raw, rgb, row, SIDE, TABLE, tiff16 } from './picture-folder.ts';

const ramp = (from: number) => (i: number) => (from + i) % 256;
const isEdge = (i: number) => i < SIDE || i >= SIDE * (SIDE - 1) || i % SIDE === 0 || i % SIDE === SIDE - 1;
const csv = (...rows: string[]) => `${[TABLE, ...rows].join('\n')}\n`;
const pair = async (patient: string, slice: number, from: number) => ({
  [`${patient}/brain/${slice}.png`]: await png8(ramp(from)),
  [`${patient}/bone/${slice}.png`]: await png8(ramp(from + 7)),
});

async function stagesOf(root: string, params: object = {}, recipe: DataRecipe = {}) {
  return DataStages.of(root, {
    source: 'pictures',
    size: SIDE,
    ...recipe,
    params: { ...PICTURES, ...params },
  });
}

async function indexed(files: Record<string, Uint8Array | string>, params: object = {}, recipe: DataRecipe = {}) {
  const stages = await stagesOf(await folderOf(files), params, recipe);
  const rows = await readSlices(await stages.run(indexStage));
  const ledger = stages.ledgers.get('index')!;
  return {
    stages,
    rows,
    ledger,
    leftOut: ledger.leftOut.filter(({ what }) => what === 'file').map(({ item, reason }) => `${reason}: ${item}`),
    notes: ledger.notes.map(({ reason }) => reason),
    fates: fatesOf([ledger], 'file'),
  };
}

/** A PNG that says that it is an animation of so many frames. */
function animated(png: Buffer, frames: number): Buffer {
  const chunk = Buffer.alloc(20);
  chunk.writeUInt32BE(8);
  chunk.write('acTL', 4);
  chunk.writeUInt32BE(frames, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 16)), 16);
  // Behind IHDR.
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

describe('pictures: from a table to shards', () => {
  it('keeps 8 and 16 bits as they are, in the channels’ order, and joins inverted labels', async () => {
    const values = (i: number) => (i * 257) % 65536;
    const { stages, rows, ledger } = await indexed(
      {
        'table.csv': csv(row(7, 2, 1), row(7, 1)),
        ...(await pair('007', 1, 3)),
        '007/brain/2.png': await png16(values),
        '007/bone/2.png': await png8(ramp(9)),
      },
      {},
      { channels: ['bone', 'brain', 'bone'] },
    );
    expect(rows.map(({ slice, series, patient, number }) => [slice, series, patient, number])).toEqual([
      ['7/1', '7', '7', 1],
      ['7/2', '7', '7', 2],
    ]);
    expect(rows.map(({ labels }) => [labels?.subdural, labels?.any])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(ledger.leftOut).toEqual([]);
    expect(ledger.notes.map(({ reason }) => reason)).not.toContain('direction-unknown');
    const shards = await openShards(await stages.run(shardsStage));
    const image = await shards.read(['7/2']);
    await shards.close();
    expect(shards.channels).toEqual(['bone', 'brain', 'bone']);
    for (let i = 0; i < SIDE * SIDE; i++) {
      expect(image[3 * i]).toBe((9 + i) % 256);
      // 16 bits: 65535 is white, rounded once: i * 257 / 257.
      expect(image[3 * i + 1]).toBe(values(i) / 257);
      expect(image[3 * i + 2]).toBe((9 + i) % 256);
    }
  });

  it('takes what is white where a picture says so, and says where 16 bits are left dark', async () => {
    const files = { 'a/1.tif': await tiff16((i) => 16 * i), 'b/1.tif': await tiff16((i) => 16 * i) };
    const params = {
      table: null,
      pictures: { grey: { path: '{p}/{n}.tif' }, twelve: { path: '{p}/{n}.tif', white: 4095 } },
      slice: null,
      patient: 'p',
      number: 'n',
      labels: null,
    };
    const read = async (channel: 'grey' | 'twelve') => {
      const own = { ...params, pictures: { [channel]: params.pictures[channel] } };
      const { stages } = await indexed(files, own, { channels: [channel] });
      const shards = await openShards(await stages.run(shardsStage));
      const image = await shards.read(['a/1']);
      await shards.close();
      return { image, notes: stages.ledgers.get('shards')!.notes.map(({ reason }) => reason) };
    };
    const grey = await read('grey');
    expect(grey.image[255]).toBe(Math.round((16 * 255) / 257));
    expect(grey.notes).toContain('dark-pictures');
    const twelve = await read('twelve');
    expect(twelve.image[255]).toBe(Math.round((16 * 255 * 255) / 4095));
    expect(twelve.notes).not.toContain('dark-pictures');
  });

  it('says of 8 bits where all are dark, where they are masks, and which are inverted', async () => {
    const head = (i: number) => (isEdge(i) ? 0 : 40 + i * 0.8);
    const folder = async (of: (i: number, slice: number) => number) =>
      Object.fromEntries(
        await Promise.all(
          [1, 2, 3, 4, 5, 6].map(async (slice) => [`a/${slice}.png`, await png8((i) => of(i, slice))] as const),
        ),
      );
    const params = {
      table: null,
      pictures: { grey: { path: '{p}/{n}.png' } },
      slice: null,
      patient: 'p',
      number: 'n',
      labels: null,
    };
    const notes = async (of: (i: number, slice: number) => number) => {
      const { stages } = await indexed(await folder(of), params, { channels: ['grey'] });
      await stages.run(shardsStage);
      return stages.ledgers.get('shards')!.notes.map(({ item, reason }) => [item, reason]);
    };
    // One picture six times is another matter: each slice has a pixel of its own.
    const own = (of: (i: number) => number) => (i: number, slice: number) => (i === 100 ? slice : of(i));
    expect(await notes(own(head))).toEqual([]);
    expect(await notes(own((i) => head(i) / 8))).toEqual([['a', 'dark-pictures']]);
    expect(await notes((i, slice) => (head(i) > 128 || i === 100 + slice ? 255 : 0))).toEqual([['a', 'few-greys']]);
    expect(await notes((i, slice) => (slice === 3 ? 255 - head(i) : own(head)(i, slice)))).toEqual([
      ['a', 'inverted-pictures'],
    ]);
  });

  it('gives advice for pictures, not of DICOM, where all are in colour or of numbers with a point', async () => {
    const params = {
      table: null,
      pictures: { grey: { path: '{p}/{n}.tif' } },
      slice: null,
      patient: 'p',
      number: 'n',
      labels: null,
    };
    const files = { 'a/1.tif': floatTiff((i) => i / 256) };
    const cmyk = await sharp(Buffer.alloc(64 * 64 * 3, 90), { raw: { width: 64, height: 64, channels: 3 } })
      .toColourspace('cmyk')
      .tiff()
      .toBuffer();
    const error = (of: Record<string, Uint8Array>) =>
      indexed(of, params, { channels: ['grey'] }).then(
        () => null,
        (thrown: unknown) => thrown as { message: string; hint: string },
      );
    const [point, colour] = [await error(files), await error({ 'a/1.tif': cmyk })];
    expect(point?.message).toMatch(
      /The only file is no picture of a slice that can be read: with pixels of an unknown/,
    );
    expect(point?.hint).toMatch(/8 or 16 bits a pixel, whole numbers/);
    expect(colour?.hint).toMatch(/in grey, without loss/);
    for (const { hint = '' } of [point!, colour!]) expect(hint).not.toMatch(/MONOCHROME|allocated|high bit/);
  });

  it('keeps white of 8 bits where the stated one is of 16, and counts what lies above it', async () => {
    const { stages } = await indexed(
      {
        'a/1.png': await png8((i) => i),
        'a/2.png': await png16((i) => 16 * i),
        'a/3.png': await png16((i) => 20 * i),
      },
      {
        table: null,
        pictures: { grey: { path: '{p}/{n}.png', white: 4080 } },
        patient: 'p',
        number: 'n',
        labels: null,
      },
      { channels: ['grey'] },
    );
    const shards = await openShards(await stages.run(shardsStage));
    const [eight, sixteen] = [await shards.read(['a/1']), await shards.read(['a/2'])];
    await shards.close();
    expect([...eight]).toEqual(Array.from({ length: SIDE * SIDE }, (_, i) => i));
    expect(sixteen).toEqual(eight);
    // 205 to 255 times 20 are above 4080.
    expect(stages.ledgers.get('shards')!.notes).toMatchObject([
      { item: 'a/1', reason: 'white-out-of-reach', kind: 'warning', message: expect.stringContaining('255 was taken') },
      { item: 'a/3', reason: 'clipped-white', kind: 'warning', message: expect.stringContaining('20 % of the pixels') },
      // A ramp ends bright at the edges.
      { item: 'a', reason: 'inverted-pictures' },
    ]);
  });

  it('gives every file one fate: what lacks a picture, is colour, of another size, damaged, animated or not named', async () => {
    const good = await png8(ramp(0));
    const jpeg = await sharp(Buffer.alloc(64 * 64, 90), { raw: { width: 64, height: 64, channels: 1 } })
      .jpeg()
      .toBuffer();
    const named = (slice: number, brain: Uint8Array, bone: Uint8Array = good) => ({
      [`001/brain/${slice}.png`]: brain,
      [`001/bone/${slice}.png`]: bone,
    });
    const frames = Buffer.concat([Buffer.alloc(3 * 32 * 16, 9), Buffer.alloc(3 * 32 * 16, 200)]);
    const gif = await sharp(frames, { raw: { width: 32, height: 32, channels: 3, pageHeight: 16 } as never })
      .gif()
      .toBuffer();
    const { leftOut, fates, notes, rows, stages } = await indexed({
      'table.csv': csv(...Array.from({ length: 15 }, (_, i) => row(1, i + 1))),
      'README.md': 'hello',
      ...named(1, good),
      '001/brain/2.png': good,
      ...named(3, await png8(ramp(0), 20)),
      ...named(4, await raw(rgb(), SIDE, 3).png().toBuffer()),
      ...named(5, await raw(rgb(9), SIDE, 3).png().toBuffer()),
      ...named(6, gif),
      ...named(7, await png8(ramp(0), 1)),
      ...named(8, Buffer.from('no picture')),
      ...named(9, good.subarray(0, good.length - 60)),
      ...named(10, await raw(rgb(), SIDE, 3).toColourspace('cmyk').jpeg().toBuffer()),
      ...named(11, await raw(rgb(), SIDE, 3).ensureAlpha(1).png().toBuffer()),
      ...named(12, await raw(rgb(), SIDE, 3).ensureAlpha(0.5).png().toBuffer()),
      ...named(13, await raw(rgb(), SIDE, 3).png({ palette: true, colours: 256 }).toBuffer()),
      ...named(14, animated(good, 2)),
      'spare.jpg': jpeg,
    });
    expect(leftOut.sort()).toEqual(
      [
        'lacks-picture: 001/brain/2.png',
        'sizes-differ: 001/bone/3.png',
        'sizes-differ: 001/brain/3.png',
        'not-a-picture: 001/brain/6.png',
        'lacks-picture: 001/bone/6.png',
        'picture-too-small: 001/brain/7.png',
        'lacks-picture: 001/bone/7.png',
        'not-a-picture: 001/brain/8.png',
        'lacks-picture: 001/bone/8.png',
        'colour: 001/brain/10.png',
        'lacks-picture: 001/bone/10.png',
        'several-pages: 001/brain/14.png',
        'lacks-picture: 001/bone/14.png',
        'not-named: README.md',
        'not-named: spare.jpg',
      ].sort(),
    );
    expect(notes).toContain('row-without-files');
    expect(fates.found).toBe(29);
    expect(rows.map(({ number }) => number)).toEqual([1, 4, 5, 9, 11, 12, 13]);
    const shards = await openShards(await stages.run(shardsStage));
    await shards.close();
    expect(shards.slices).toEqual(['1/1', '1/4', '1/11', '1/13']);
    const left = stages.ledgers.get('shards')!.leftOut;
    const why = (slice: number) => left.filter(({ item }) => item.endsWith(`/${slice}.png`));
    for (const slice of [5, 9, 12]) expect(why(slice)).toHaveLength(2);
    expect(why(5)[0]!.message).toContain('red, green and blue differ');
    expect(why(9)[0]!.message).toContain('end early, or are damaged (the picture brain)');
    expect(why(12)[0]!.message).toContain('transparent');
  });

  it('reads grey with an alpha that is opaque, of 8 and 16 bits, and a PNG that says it has one frame', async () => {
    const grey = (bits: 8 | 16, opaque: number) => {
      const values = Array.from({ length: 2 * SIDE * SIDE }, (_, i) => (i % 2 === 1 ? opaque : i >> 1));
      const own =
        bits === 8 ? Uint8Array.from(values) : Uint16Array.from(values, (value, i) => (i % 2 ? value : 257 * value));
      return sharp(own, { raw: { width: SIDE, height: SIDE, channels: 2 } })
        .toColourspace(bits === 8 ? 'b-w' : 'grey16')
        .png()
        .toBuffer();
    };
    const { stages, leftOut } = await indexed(
      {
        'table.csv': csv(...[1, 2, 3, 4, 5].map((slice) => row(1, slice))),
        '001/brain/1.png': await grey(8, 255),
        '001/brain/2.png': await grey(16, 65535),
        '001/brain/3.png': animated(await png8((i) => i), 1),
        '001/brain/4.png': await grey(8, 254),
        '001/brain/5.png': await grey(16, 65534),
      },
      {},
      { channels: ['brain'] },
    );
    expect(leftOut).toEqual([]);
    const shards = await openShards(await stages.run(shardsStage));
    expect(shards.slices).toEqual(['1/1', '1/2', '1/3']);
    for (const slice of shards.slices)
      expect([...(await shards.read([slice]))], slice).toEqual(Array.from({ length: SIDE * SIDE }, (_, i) => i));
    await shards.close();
    const left = stages.ledgers.get('shards')!.leftOut;
    expect(left.map(({ message }) => message)).toEqual([
      expect.stringContaining('transparent'),
      expect.stringContaining('transparent'),
    ]);
  });

  it('reads pictures that EXIF turns as they are stored, and says so', async () => {
    const turned = await sharp(await png8(ramp(0)))
      .withExif({ IFD0: { Orientation: '6' } })
      .withMetadata({ orientation: 6 })
      .toColourspace('b-w')
      .jpeg({ quality: 100 })
      .toBuffer();
    const { notes, rows } = await indexed({
      'table.csv': csv(row(1, 1)),
      '001/brain/1.png': turned,
      '001/bone/1.png': await png8(ramp(0)),
    });
    expect(rows).toHaveLength(1);
    expect(notes).toContain('exif-orientation');
  });

  it('joins patients who are one number, and says which series and slices are written in two ways', async () => {
    const files: Record<string, Uint8Array | string> = {};
    const rows = ['file,patient,series,slice'];
    for (const [i, [patient, series, slice]] of [
      ['1', '1', '1'],
      ['1', '01', '2'],
      ['1', '1', '01'],
      ['001', '1', '3'],
      ['2', '1', '1'],
    ].entries()) {
      files[`${i}.png`] = await png8(ramp(i));
      rows.push(`${i}.png,${patient},${series},${slice}`);
    }
    const { rows: found, ledger } = await indexed(
      { 'table.csv': rows.join('\n'), ...files },
      { pictures: { brain: 'file' }, series: 'series', labels: null },
      { channels: ['brain'] },
    );
    expect(new Set(found.filter(({ patient }) => patient !== '2').map(({ group }) => group)).size).toBe(1);
    expect(ledger.notes.filter(({ reason }) => reason === 'joined-patients')).toHaveLength(1);
    expect(ledger.notes.filter(({ reason }) => reason === 'ids-written-otherwise')).toMatchObject([
      { what: 'series', item: '1/1', message: expect.stringContaining('(lines 2 and 3 of the table)') },
      { what: 'slice', item: '1/1/1', message: expect.stringContaining('(lines 2 and 4 of the table)') },
    ]);
  });

  it('names the first rows of a table that leads nowhere, and why: by hashes where ids are private', async () => {
    const files = { ...(await pair('007', 1, 3)), ...(await pair('007', 2, 9)) };
    const none = (showIds: boolean) =>
      indexed(
        { 'table.csv': csv(row(7, 1), row(7, 2)), ...files },
        { pictures: { brain: '{patient:3}/Brain/{slice}.png' }, showIds },
        { channels: ['brain'] },
      ).then(
        () => null,
        (error: { code: string; message: string; hint: string }) => error,
      );
    expect(await none(true)).toMatchObject({
      code: 'source-empty',
      message: expect.stringContaining('Line 2 of the table names a picture that is not there: 007/Brain/1.png.'),
      hint: expect.stringContaining('capitals'),
    });
    const secret = await none(false);
    expect(secret).toMatchObject({
      code: 'source-empty',
      message: expect.stringMatching(/Line 2 of the table names a picture that is not there: [0-9a-f]{20}\./),
      hint: expect.stringContaining('capitals'),
    });
    expect(secret?.message).not.toContain('Brain');
  });

  it.each([
    ['numbers', (i: number) => i + 3, ['odd-spacing'], 'as numbers do'],
    ['centimetres', (i: number) => 0.05 * i, ['odd-spacing'], 'another unit'],
    ['micrometres', (i: number) => 5000 * i, ['implausible-extent', 'odd-spacing'], 'another unit'],
    ['millimetres', (i: number) => 5 * i, [], ''],
  ])('doubts positions that are %s', async (_, of, reasons, hint) => {
    const files: Record<string, Uint8Array | string> = {};
    const rows = Array.from({ length: 4 }, (__, i) => `${i},1,${of(i)}`);
    for (const i of rows.keys()) files[`${i}.png`] = await png8(ramp(9 * i));
    const { ledger } = await indexed(
      { 'table.csv': ['file,patient,mm', ...rows].join('\n'), ...files },
      { pictures: { brain: '{file}.png' }, number: null, positionMm: 'mm', labels: null },
      { channels: ['brain'] },
    );
    const found = ledger.notes.filter(({ reason }) => /spacing|extent/.test(reason));
    expect(found.map(({ reason }) => reason).sort()).toEqual(reasons);
    expect(found.at(-1)?.hint ?? '').toContain(hint);
  });

  it('counts files of pictures that no channel names', async () => {
    const { ledger, rows } = await indexed(
      { 'table.csv': csv(row(1, 1), row(1, 2)), ...(await pair('001', 1, 0)), '001/brain/2.png': await png8(ramp(3)) },
      {},
      { channels: ['brain'] },
    );
    expect(rows).toHaveLength(2);
    expect(ledger.leftOut).toMatchObject([{ item: 'bone', reason: 'picture-not-asked', count: 1 }]);
  });

  it('finds equal pictures of two patients, whom the split then keeps together', async () => {
    const files = { ...(await pair('001', 1, 0)), ...(await pair('002', 1, 0)), ...(await pair('003', 1, 50)) };
    const { stages } = await indexed({ 'table.csv': csv(row(1, 1, 1), row(2, 1), row(3, 1, 1)), ...files });
    await stages.run(shardsStage);
    await stages.run(splitStage);
    expect(stages.ledgers.get('split')!.notes.map(({ reason }) => reason)).toContain('shared-picture');
  });

  it('stops over pictures that changed since index saw them', async () => {
    const { stages } = await indexed({ 'table.csv': csv(row(1, 1)), ...(await pair('001', 1, 0)) });
    await writeFile(join(stages.root, '001/brain/1.png'), await png8(ramp(90)));
    await expect(stages.run(shardsStage)).rejects.toMatchObject({ code: 'source-changed' });
  });
});

describe('a zip of pictures', () => {
  it('is the folder that it unpacks to, to the byte', async () => {
    const files = {
      'table.csv': csv(row(1, 1, 1), row(1, 2)),
      ...(await pair('001', 1, 0)),
      ...(await pair('001', 2, 9)),
    };
    const zip = join(await mkdtemp(join(tmpdir(), 'ichor-zip-')), 'set.zip');
    await writeFile(
      zip,
      zipOf(Object.entries(files).map(([name, data]) => ({ name: `set/${name}`, data: Buffer.from(data) }))),
    );
    const [folder, packed] = await Promise.all([folderOf(files), zip].map(async (root) => stagesOf(await root)));
    const read = async (stages: DataStages) => {
      const rows = await readSlices(await stages.run(indexStage));
      const shards = await stages.run(shardsStage);
      const name = (await readdir(shards)).find((one) => one.endsWith('.tfrecord')) as string;
      return { rows, records: (await readFile(join(shards, name))).toString('hex') };
    };
    expect(await read(packed as DataStages)).toEqual(await read(folder as DataStages));
  });
});

describe('a table of pictures', () => {
  it('may have a byte order mark, CR LF, and a line feed in a quoted name', async () => {
    const table = `\ufeffpatient,slice,EDH,IPH,IVH,SAH,SDH,healthy,"Age\n(years)"\r\n1,1,0,0,0,0,0,1,"7, about"\r\n`;
    const { rows } = await indexed({ 'table.csv': table, ...(await pair('001', 1, 0)) });
    expect(rows.map(({ slice }) => slice)).toEqual(['1/1']);
  });

  const refused = async (table: string, params: object = {}) => {
    const stages = await stagesOf(await folderOf({ 'table.csv': table, ...(await pair('001', 1, 0)) }), params);
    return stages.run(indexStage).then(
      () => null,
      (error: { code: string; message: string; hint: string }) => error,
    );
  };

  it('is refused with the column that was meant, its delimiter, or its lines', async () => {
    expect(await refused(csv(row(1, 1)), { patient: 'Patient' })).toMatchObject({
      code: 'table-column',
      hint: expect.stringContaining('Did you mean "patient"?'),
    });
    expect(await refused(csv(row(1, 1)).replaceAll(',', ';'))).toMatchObject({
      code: 'table-unreadable',
      message: expect.stringContaining('semicolons'),
    });
    expect(await refused(csv(row(1, 1), ',2,0,0,0,0,0,1', 'x,y'))).toMatchObject({
      code: 'bad-table-rows',
      message: expect.stringMatching(/2 of 3 rows.*line 3: its patient is empty; line 4: it has 2 cells instead of 8/),
    });
    expect(await refused(csv(row(1, 1).replace(/^[^,]*/, '1.2E+10')))).toMatchObject({
      code: 'bad-table-rows',
      message: expect.stringContaining('its patient is a number that a spreadsheet rounded'),
    });
    expect(await refused(csv(row(1, 1), row(1, 1, 1)))).toMatchObject({
      code: 'conflicting-rows',
      message: expect.stringContaining('lines 2 and 3 are of one slice'),
    });
    expect(await refused(csv(row(1, 1).replace('0,1', 'yes,1')))).toMatchObject({ code: 'bad-label-rows' });
    expect(await refused(csv(row(1, 1)), { table: 'tabel.csv' })).toMatchObject({
      code: 'table-missing',
      hint: expect.stringContaining('Did you mean table.csv?'),
    });
    expect(await refused(csv(row(1, 1)), { patient: 'pat{ient' })).toMatchObject({ code: 'template-invalid' });
  });

  it('names columns of nobody where identities are private', async () => {
    const error = await refused(csv(row(1, 1)), { patient: 'Who', showIds: false });
    expect(error).toMatchObject({ code: 'table-column' });
    expect(`${error?.message} ${error?.hint}`).not.toMatch(/healthy|EDH,/);
  });

  it('leaves no name in what index and shards write of a private one', async () => {
    const stages = await stagesOf(
      await folderOf({
        'table.csv': csv(row(1, 1, 1), row(1, 2), row(1, 3)).replaceAll(/^1,/gm, 'MARKERNAME,'),
        'MARKERNAME/brain/1.png': await png8(ramp(0)),
        'MARKERNAME/bone/1.png': await png8(ramp(1)),
        'MARKERNAME/brain/2.png': await png8(ramp(2)),
        'MARKERFILE.txt': 'x',
      }),
      { showIds: false },
    );
    for (const folder of [await stages.run(indexStage), await stages.run(shardsStage)])
      for (const name of await readdir(folder))
        expect((await readFile(join(folder, name))).includes('MARKER'), name).toBe(false);
    const [slice] = await readSlices(stages.inputs.get('index')!.folder);
    expect(slice?.slice).toMatch(/^[0-9a-f]{20}$/);
    expect(slice?.pictures?.map(({ name }) => name)).toEqual(['brain', 'bone']);
  });
});

describe('pictures without a table', () => {
  it('are slices by their paths, with labels of a table in Kaggle’s form', async () => {
    const kaggle = ['ID,Label'];
    for (const id of ['ID_a', 'ID_b'])
      for (const label of ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural', 'any'])
        kaggle.push(`${id}_${label},${id === 'ID_a' ? 1 : 0}`);
    const { rows, leftOut } = await indexed(
      {
        'labels.csv': kaggle.join('\n'),
        'images/ID_a.png': await png8(ramp(0)),
        'images/ID_b.png': await png8(ramp(1)),
        'other/ID_c.png': await png8(ramp(2)),
      },
      {
        table: null,
        pictures: { slice: 'images/{id}.png' },
        slice: '{id}',
        patient: null,
        number: null,
        labels: null,
      },
      { channels: ['slice'], labels: { file: 'labels.csv' } },
    );
    expect(rows.map(({ slice, group, set, labels }) => [slice, group, set, labels?.any])).toEqual([
      ['ID_a', 'ID_a', 'train', 1],
      ['ID_b', 'ID_b', 'train', 0],
    ]);
    expect(leftOut).toEqual(['not-named: other/ID_c.png']);
  });

  it('have paths with the same fields', async () => {
    const stages = await stagesOf(await mkdtemp(join(tmpdir(), 'ichor-none-')), {
      table: null,
      pictures: { a: '{p}/a.png', b: '{p}/{n}/b.png' },
      labels: null,
    });
    await expect(stages.run(indexStage)).rejects.toMatchObject({ code: 'paths-disagree' });
  });
});

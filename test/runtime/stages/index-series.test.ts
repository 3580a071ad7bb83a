import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSeries } from '../../../src/runtime/artifacts/series.ts';
import { text } from './header-text.ts';
import { indexOf } from './index-of.ts';
import type { FolderSlice } from './kaggle-folder.ts';

const CORONAL = [1, 0, 0, 0, 0, -1];
const SAGITTAL = [0, 1, 0, 0, 0, -1];
const tilted = (degrees: number): number[] => {
  const angle = (degrees * Math.PI) / 180;
  return [1, 0, 0, 0, Math.cos(angle), Math.sin(angle)];
};

interface Of extends Partial<FolderSlice> {
  type?: string;
  kernel?: string;
  description?: string;
  agent?: string;
  part?: string;
  spacingMm?: number;
  acquisition?: number;
  temporal?: number;
  time?: string;
  kilovolts?: number;
  date?: string;
}

/** A series of a study, 5 mm apart, pictures of 250 mm. */
function stack(name: string, count: number, of: (i: number) => Of = () => ({})): FolderSlice[] {
  return Array.from({ length: count }, (_, i) => {
    const {
      type,
      kernel,
      description,
      agent,
      part,
      spacingMm = 5,
      acquisition,
      temporal,
      time,
      kilovolts,
      date,
      ...own
    } = of(i);
    const said: [number, number, string | number | undefined][] = [
      [8, 8, type],
      [8, 0x22, date],
      [8, 0x32, time],
      [8, 0x103e, description],
      [0x18, 0x10, agent],
      [0x18, 0x15, part],
      [0x18, 0x60, kilovolts],
      [0x18, 0x1210, kernel],
      [0x20, 0x12, acquisition],
      [0x20, 0x100, temporal],
    ];
    return {
      id: `${name}.${i}`,
      patient: 'P',
      study: 'S',
      series: name,
      position: [0, 0, spacingMm * i],
      rows: 64,
      columns: 64,
      pixelSpacing: [4, 4],
      ...own,
      more: said.flatMap(([group, element, value]) =>
        value === undefined ? [] : [text(group, element, String(value))],
      ),
    };
  });
}

const scout = () =>
  stack('scout', 1, () => ({ type: 'ORIGINAL\\PRIMARY\\LOCALIZER', orientation: SAGITTAL, position: [0, -100, 200] }));
const plain = (name = 'plain', of: Of = {}) =>
  stack(name, 30, () => ({ type: 'ORIGINAL\\PRIMARY\\AXIAL', kernel: 'H40s', part: 'HEAD', ...of }));

async function chosenOf(slices: readonly FolderSlice[], choose: 'best' | 'suitable' | 'all' = 'best') {
  const found = await indexOf(slices, { source: 'folder', choose });
  const series = await readSeries(found.folder);
  return {
    ...found,
    series,
    chosen: series.filter((one) => one.chosen).map((one) => one.series),
    of: (name: string) => series.find((one) => one.series === name)!,
    /** Not chosen: why, by series. */
    left: Object.fromEntries(
      found.ledger.leftOut.map(({ item, reason, detail, count = 1 }) => [
        item,
        `${reason}${detail ? ` (${detail})` : ''} ${count}`,
      ]),
    ),
  };
}

describe('which series of a study is the head', () => {
  it('is the plain axial one among a scout, a coronal reformat, a bone kernel, thin slices and contrast', async () => {
    const { chosen, left, rows, files, of, ledger } = await chosenOf([
      ...scout(),
      ...stack('coronal', 40, (i) => ({
        orientation: CORONAL,
        position: [0, 4 * i, 0],
        type: 'DERIVED\\SECONDARY\\REFORMATTED',
      })),
      ...plain('bone', { kernel: 'H60s' }),
      ...stack('thin', 60, () => ({ spacingMm: 0.75 * 3.3, kernel: 'H40s' })),
      ...plain('contrast', { agent: 'OMNIPAQUE 300', description: 'Head with contrast' }),
      ...plain('plain', { part: '' }),
    ]);
    expect(chosen).toEqual(['plain']);
    expect(new Set(rows.map(({ series }) => series))).toEqual(new Set(['plain']));
    expect(left).toEqual({
      scout: 'no-axial-series (localiser) 1',
      coronal: 'no-axial-series (coronal) 40',
      bone: 'series-not-chosen 30',
      thin: 'series-not-chosen 60',
      contrast: 'series-not-chosen 30',
    });
    expect(files).toMatchObject({ found: 191, used: 30 });
    expect(of('plain')).toMatchObject({ rank: 1, of: 6, doubts: [], kernel: 'soft', spacingMm: 5, coverageMm: 145 });
    expect(of('bone')).toMatchObject({ chosen: false, excluded: null, doubts: ['bone kernel'] });
    expect(of('scout')).toMatchObject({ rank: null, excluded: 'localiser' });
    expect(ledger.leftOut.find(({ item }) => item === 'bone')?.message).toMatch(
      /^Rank \d of the 6 series of its study.*bone kernel/,
    );
    expect(ledger.notes.filter(({ reason }) => reason === 'doubtful-series')).toEqual([]);
  });

  it('is doubtful where it goes on in another series: a head that was exported in two', async () => {
    const above = (name: string, from: number, count: number) =>
      stack(name, count, (i) => ({ kernel: 'H40s', part: 'HEAD', position: [0, 0, 5 * (from + i)] }));
    const { chosen, of } = await chosenOf([...above('base', 0, 10), ...above('top', 10, 18)]);
    expect(chosen).toEqual(['top']);
    expect(of('top').doubts).toContain('goes on in another series (10 slices)');
    // A second scan of the same places, and one far below, are no part of it.
    const beside = await chosenOf([...above('neck', -40, 12), ...above('top', 10, 18), ...above('twice', 10, 17)]);
    expect(beside.of('top').doubts.join()).not.toContain('goes on');
  });

  it('is doubtful where its study holds a scan of another day: how many days lie between is said, and no date', async () => {
    const found = await chosenOf([
      ...plain('a', { date: '20240131', time: '101500' }),
      ...plain('b', { date: '20240203', time: '101500', kernel: 'H60s' }),
      ...plain('c', { date: '20240131', time: '101501', agent: 'Ultravist' }),
      ...scout(),
    ]);
    expect(found.chosen).toEqual(['a']);
    expect(found.of('a').doubts).toEqual(['its study holds a scan of another day (3 days later)']);
    const [note] = found.note('doubtful-series');
    expect(note).toMatchObject({ details: ['its study holds a scan of another day'] });
    const why = (id: string) => found.ledger.leftOut.find(({ item }) => item === id)?.message;
    expect(why('b')).toContain('scanned 3 days later than the one that is taken, bone kernel');
    expect(why('c')).not.toContain('day');
    for (const name of readdirSync(found.folder))
      expect(readFileSync(join(found.folder, name), 'utf8')).not.toMatch(/2024-?0[12]-?(31|03)/);
  });

  it.each([
    ['over midnight', { date: '20240131', time: '235500' }, { date: '20240201', time: '000500', kernel: 'H60s' }],
    ['of a date that one of them lacks', { date: '20240131' }, { kernel: 'H60s' }],
    ['of a date that is none', { date: '19000101' }, { date: '20240131', kernel: 'H60s' }],
  ])('is not doubtful %s', async (_, a, b) => {
    const { chosen, of } = await chosenOf([...plain('a', a), ...plain('b', b)]);
    expect(chosen).toEqual(['a']);
    expect(of('a').doubts).toEqual([]);
  });

  it('is doubtful where nothing but its id speaks for it, and it is no second picture of one scan', async () => {
    const likeIt = async (a: Of, b: Of) => {
      const found = await chosenOf([...plain('a', a), ...plain('b', b)]);
      expect(found.chosen).toEqual(['a']);
      const why = found.ledger.leftOut.find(({ item }) => item === 'b')?.message ?? '';
      expect(why.includes('like the one that is taken, whose id comes first')).toBe(found.of('a').doubts.length > 0);
      return found.of('a').doubts;
    };
    expect(await likeIt({}, { description: 'Kontrolle' })).toEqual([
      'another series like it was not chosen (30 slices)',
    ]);
    expect(await likeIt({ time: '101500' }, { time: '103000' })).toEqual([
      'another scan like it was not chosen (30 slices)',
    ]);
    expect(await likeIt({ time: '101500' }, { time: '101500' })).toEqual([]);
    expect(await likeIt({}, { kernel: 'H60s' })).toEqual([]);
  });

  it.each([
    ['a bone kernel', plain('only', { kernel: 'FC30' }), ['bone kernel']],
    ['contrast', plain('only', { agent: 'Ultravist' }), ['contrast']],
    ['another part of the body', plain('only', { part: 'CHEST' }), ['chest']],
    ['a part of a head', stack('only', 8), ['part of a head (40 mm)']],
    ['a projection', plain('only', { type: 'DERIVED\\SECONDARY\\MIP' }), ['projection', 'derived']],
    ['thin slices', stack('only', 100, () => ({ spacingMm: 1 })), ["outside of the training's spacing (1 mm)"]],
  ])('is a doubtful one where the study has nothing but %s', async (_, slices, doubts) => {
    const { chosen, of, rows, note } = await chosenOf([...scout(), ...slices]);
    expect(chosen).toEqual(['only']);
    expect(rows).toHaveLength(slices.length);
    expect(of('only').doubts).toEqual(doubts);
    const [first] = note('doubtful-series');
    if (doubts[0]!.startsWith('outside')) expect(first).toBeUndefined();
    else expect(first?.message).toContain(doubts[0]);
  });

  it('is the only stack, DERIVED\\SECONDARY, tilted by 25 degrees, with an empty body part', async () => {
    const { chosen, of, rows, order } = await chosenOf(
      stack('only', 30, (i) => ({
        type: 'DERIVED\\SECONDARY',
        part: '',
        orientation: tilted(25),
        position: [0, 0, 5 * i],
      })),
    );
    expect(chosen).toEqual(['only']);
    expect(order()).toHaveLength(30);
    expect(of('only')).toMatchObject({ tiltDegrees: 25, doubts: ['derived'], plane: 'axial', part: null });
    expect(rows[0]).toMatchObject({ order: 0 });
  });

  it('is one whose header says next to nothing', async () => {
    const { chosen, of } = await chosenOf([...stack('bare', 30, () => ({ orientation: null, pixelSpacing: [1, 1] }))]);
    expect(chosen).toEqual(['bare']);
    expect(of('bare')).toMatchObject({ plane: null, kernel: null, contrast: null, part: null, doubts: [] });
  });

  it('is a 5 mm stack that was derived before a thin one that was not, and no contrast where a description says so', async () => {
    const derived = await chosenOf([
      ...plain('derived', { type: 'DERIVED\\SECONDARY\\AXIAL' }),
      ...stack('thin', 150, () => ({ spacingMm: 1, type: 'ORIGINAL\\PRIMARY\\AXIAL' })),
    ]);
    expect(derived.chosen).toEqual(['derived']);
    const carried = await chosenOf([
      ...plain('b', { agent: 'OMNIPAQUE', description: 'CT HEAD W/O CONTRAST' }),
      ...plain('a', { agent: 'OMNIPAQUE', description: 'CT HEAD W CONTRAST' }),
    ]);
    expect(carried.chosen).toEqual(['b']);
    expect(carried.of('b')).toMatchObject({ contrast: 'none', doubts: [] });
  });

  it('is none where a study has only sagittal pictures: an error that says why', async () => {
    const sagittal = stack('sag', 20, (i) => ({ orientation: SAGITTAL, position: [4 * i, 0, 0] }));
    await expect(chosenOf([...scout(), ...sagittal])).rejects.toMatchObject({
      code: 'source-empty',
      message: expect.stringContaining('no axial slices (sagittal, localiser)'),
      hint: expect.stringContaining('Export the axial series'),
    });
    const other = plain('head').map((slice) => ({ ...slice, study: 'S2', patient: 'P2' }));
    const { rows, note } = await chosenOf([...sagittal, ...other]);
    expect(new Set(rows.map(({ study }) => study))).toEqual(new Set(['S2']));
    expect(note('study-without-head')).toMatchObject([
      { item: 'S', what: 'study', message: expect.stringContaining('sagittal') },
    ]);
  });

  it('say of a head whose slices each have a series UID of their own that it may be one', async () => {
    const torn = (count: number, of: (i: number) => Of = () => ({})) =>
      stack('x', count, (i) => ({ ...of(i), series: `x${i}` }));
    const head = await chosenOf(torn(12));
    expect(head.rows).toHaveLength(1);
    expect(head.note('head-in-single-slices')).toMatchObject([
      {
        item: 'S',
        what: 'study',
        message: expect.stringMatching(/^12 series of one slice each .* 1 slice is read\.$/),
      },
    ]);
    // A scan beside them; a few; pictures of all planes; and slices at one place.
    for (const other of [
      [...plain('a'), ...torn(12, (i) => ({ position: [0, 0, 200 + 5 * i] }))],
      torn(4),
      torn(12, (i) => (i % 3 === 0 ? {} : { orientation: i % 3 === 1 ? CORONAL : SAGITTAL })),
      torn(12, () => ({ position: [0, 0, 5] })),
    ])
      expect((await chosenOf(other)).note('head-in-single-slices')).toEqual([]);
  });

  it('are two where two patients share a study, and one of each of two studies', async () => {
    const two = await chosenOf([
      ...plain('a'),
      ...plain('b').map((slice) => ({ ...slice, patient: 'Q' })),
      ...plain('c', { kernel: 'BONE' }).map((slice) => ({ ...slice, patient: 'Q' })),
      ...plain('d').map((slice) => ({ ...slice, study: 'S2' })),
    ]);
    expect(two.chosen.sort()).toEqual(['a', 'b', 'd']);
  });

  it('leaves localisers, maps and reformats out that have the series UID of the head', async () => {
    const mixed = [
      ...plain('mixed'),
      ...stack('mixed', 4, (i) => ({
        id: `l${i}`,
        type: 'ORIGINAL\\PRIMARY\\LOCALIZER',
        position: [0, 0, 2 + 10 * i],
      })),
      ...stack('mixed', 12, (i) => ({ id: `c${i}`, orientation: CORONAL, position: [0, 4 * i, 0] })),
      ...stack('mixed', 5, (i) => ({ id: `m${i}`, type: 'DERIVED\\SECONDARY\\CBF', position: [0, 0, 3 + 10 * i] })),
    ];
    const { order, left } = await chosenOf(mixed);
    expect(order('mixed')).toHaveLength(30);
    expect(left).toEqual({
      'mixed (localisers)': 'no-axial-series (localiser) 4',
      'mixed (coronal)': 'no-axial-series (coronal) 12',
      'mixed (a map of perfusion)': 'no-axial-series (a map of perfusion) 5',
    });
  });

  it('is found where more of its series UID is coronal than axial', async () => {
    const { order, chosen } = await chosenOf([
      ...stack('mixed', 40, (i) => ({ id: `c${i}`, orientation: CORONAL, position: [0, 4 * i, 0] })),
      ...plain('mixed'),
    ]);
    expect(chosen).toEqual(['mixed (axial)']);
    expect(order()).toHaveLength(30);
  });

  it('leaves thumbnails out where there are pictures, and takes small ones where there is nothing else', async () => {
    const small = stack('small', 30, () => ({ rows: 32, columns: 32 }));
    const beside = await chosenOf([...small, ...plain('head', { kernel: 'BONE' })]);
    expect(beside.left).toEqual({ small: 'no-axial-series (pictures of 32 × 32 pixels) 30' });
    const alone = await chosenOf(small);
    expect(alone.of('small')).toMatchObject({ chosen: true, doubts: ['pictures of 32 × 32 pixels'] });
  });

  it('is every axial one with suitable, and every one unasked with all', async () => {
    const study = [...scout(), ...plain('bone', { kernel: 'BONE' }), ...plain('plain')];
    const suitable = await chosenOf(study, 'suitable');
    expect(suitable.chosen.sort()).toEqual(['bone', 'plain']);
    expect(suitable.of('bone')).toMatchObject({ rank: 2, doubts: ['bone kernel'] });
    const all = await chosenOf(study, 'all');
    expect(all.chosen.sort()).toEqual(['bone', 'plain', 'scout']);
    expect(all.ledger.leftOut).toEqual([]);
    expect(all.of('bone')).toMatchObject({ rank: null, doubts: [] });
  });

  it('is taken by the source: all of labelled slices, the best of a folder', async () => {
    const study = [...plain('bone', { kernel: 'BONE' }), ...plain('plain')];
    expect(new Set((await indexOf(study)).rows.map(({ series }) => series)).size).toBe(2);
    expect(new Set((await indexOf(study, { source: 'folder' })).rows.map(({ series }) => series)).size).toBe(1);
  });

  it('takes the label rows of what it leaves out with it', async () => {
    const { ledger, rows } = await indexOf([...plain('bone', { kernel: 'BONE' }), ...plain('plain')], {
      choose: 'best',
    });
    expect(rows).toHaveLength(30);
    const left = ledger.leftOut.filter(({ what }) => what === 'label-row');
    expect(left).toMatchObject([{ item: 'bone', reason: 'series-not-chosen', count: 180 }]);
  });
});

describe('repeated positions', () => {
  const scans = (count: number, of: (scan: number, place: number) => Of) =>
    Array.from({ length: count }, (_, scan) =>
      stack('rep', 12, (i) => ({ id: `rep.${scan}.${i}`, ...of(scan, i) })),
    ).flat();

  it.each([
    ['acquisition number', (scan: number): Of => ({ acquisition: scan + 1 })],
    ['temporal position', (scan: number): Of => ({ acquisition: 1, temporal: scan + 1 })],
    ['energy, kernel and kind', (scan: number): Of => ({ kilovolts: 80 + 20 * scan })],
    [
      'time',
      (scan: number, i: number): Of => ({ time: `1200${String(10 * scan + (i % 10)).padStart(2, '0')}.${scan}${i}` }),
    ],
    // Each turn of the tube counts as an acquisition of its own.
    ['acquisition number', (scan: number, i: number): Of => ({ acquisition: 12 * scan + i + 1 })],
  ])('of a perfusion are a series a phase, by %s, and one of them is chosen', async (by, of) => {
    const { rows, chosen, note, of: row } = await chosenOf(scans(4, of));
    expect(chosen).toEqual(['rep (scan 1)']);
    expect(rows.map(({ positionMm }) => positionMm)).toEqual(Array.from({ length: 12 }, (_, i) => 5 * i));
    expect(new Set(rows.map(({ slice }) => slice.split('.')[1]))).toEqual(new Set(['0']));
    expect(note('repeated-scans')).toMatchObject([
      { item: 'rep', message: expect.stringContaining(`4 scans of them by ${by}`) },
    ]);
    expect(note('same-position')).toEqual([]);
    expect(row('rep (scan 1)').doubts).toContain('one of 4 scans of the same places');
    expect(row('rep (scan 3)')).toMatchObject({ rank: 3, chosen: false });
  });

  it('of two phases: the one without contrast', async () => {
    const { chosen } = await chosenOf(
      scans(2, (scan) => ({ acquisition: 2 - scan, agent: scan === 0 ? 'ULTRAVIST' : '' })),
    );
    expect(chosen).toEqual(['rep (scan 1)']);
  });

  it('are split where all series are taken, too', async () => {
    const { rows } = await indexOf(scans(2, (scan) => ({ acquisition: scan + 1 })));
    expect(new Set(rows.map(({ series }) => series))).toEqual(new Set(['rep (scan 1)', 'rep (scan 2)']));
  });

  it('of files that were written twice under other UIDs: copies, left out', async () => {
    const words = (i: number) => Array.from({ length: 64 * 64 }, (_, k) => 1000 + ((i * 131 + k * 17) % 200));
    const { rows, leftOut } = await chosenOf(scans(2, (_, i) => ({ words: words(i) })));
    expect(rows).toHaveLength(12);
    expect(leftOut).toHaveLength(12);
    expect(leftOut[0]).toContain('duplicate-slice');
  });

  it('that nothing tells apart stay one series, and say so', async () => {
    const { rows, note } = await chosenOf(scans(2, () => ({})));
    expect(rows).toHaveLength(24);
    expect(note('same-position')).toHaveLength(1);
  });

  it.each([
    [0.3, 'acquisition number'],
    [2, 'acquisition number'],
  ])('a scan %s mm off the other is told apart all the same, by %s', async (off, by) => {
    const scan = (acquisition: number, from: number) =>
      stack('off', 12, (i) => ({ id: `o${acquisition}.${i}`, acquisition, position: [0, 0, from + 5 * i] }));
    const { rows, note, chosen } = await chosenOf([...scan(1, 0), ...scan(2, off)]);
    expect(chosen).toEqual(['off (scan 1)']);
    expect(rows).toHaveLength(12);
    expect(note('repeated-scans')).toMatchObject([{ message: expect.stringContaining(`2 scans of them by ${by}`) }]);
    expect(note('close-slices')).toEqual([]);
  });

  it('of a few slices that were scanned again, 2 mm off, stay one series, and say so', async () => {
    const at = [...Array.from({ length: 20 }, (_, i) => 5 * i), 32, 37];
    const { rows, note, chosen } = await chosenOf(
      stack('again', 22, (i) => ({ id: `a${i}`, position: [0, 0, at[i] as number] })),
    );
    expect(chosen).toEqual(['again']);
    expect(rows).toHaveLength(22);
    expect(note('close-slices')).toMatchObject([
      {
        message: expect.stringMatching(
          /^2 slices lie at the place of the one below them, up to 2 mm off, in a series of 5 mm: /,
        ),
        kind: 'warning',
      },
    ]);
    expect(note('same-position')).toEqual([]);
  });

  it('of blocks that abut and share a slice are none: one series, whatever their numbers', async () => {
    const block = (acquisition: number, from: number, gap: number, count: number) =>
      stack('blocks', count, (i) => ({ id: `b${acquisition}.${i}`, acquisition, position: [0, 0, from + gap * i] }));
    const { rows, note, chosen } = await chosenOf([...block(1, 0, 2.5, 12), ...block(2, 27.5, 5, 20)]);
    expect(chosen).toEqual(['blocks']);
    expect(rows).toHaveLength(32);
    expect(note('repeated-scans')).toEqual([]);
    expect(note('same-position')).toHaveLength(1);
  });
});

describe('a series that is not whole', () => {
  it('says how many slices are missing, and how many were refused', async () => {
    const slices = plain('head').filter((_, i) => i !== 10 && i !== 20 && i !== 21);
    const broken = slices.map((slice, i) => (i === 3 ? { ...slice, slope: '0' } : slice));
    const { of, rows } = await chosenOf(broken);
    expect(rows).toHaveLength(26);
    expect(of('head')).toMatchObject({
      holes: 3,
      missing: 4,
      refused: 1,
      doubts: ['about 4 slices missing', '1 slice refused'],
    });
  });

  it('says so where all series are taken', async () => {
    const { folder } = await indexOf(plain('head').filter((_, i) => i !== 10));
    expect((await readSeries(folder))[0]).toMatchObject({ chosen: true, holes: 1, doubts: ['about 1 slice missing'] });
  });
});

it('no text of a private file reaches what index writes of its series', async () => {
  const marker = 'MARKERNAME';
  const slices = plain('SECRETSERIES', {
    kernel: marker,
    description: `${marker} bone`,
    part: marker,
    agent: marker,
    type: `ORIGINAL\\${marker}`,
    time: '115959.123',
  });
  const { folder } = await indexOf([...slices, ...plain('other', { kernel: 'BONE' })], {
    source: 'folder',
    choose: 'best',
    params: { showIds: false },
  });
  const all = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  expect(all).not.toMatch(/MARKERNAME|115959|SECRETSERIES/);
  expect((await readSeries(folder)).map(({ chosen }) => chosen).sort()).toEqual([false, true]);
});

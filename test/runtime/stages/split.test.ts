import { describe, expect, it } from 'vitest';
import type { Side } from '../../../src/registry/kinds/split.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { readSplit } from '../../../src/runtime/artifacts/split.ts';
import type { LedgerPart } from '../../../src/runtime/ledger.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage } from '../../../src/runtime/stages/shards.ts';
import { splitStage } from '../../../src/runtime/stages/split.ts';
import { sharedData } from '../../shared-data.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { type FolderSlice, kaggleFolder, series } from './kaggle-folder.ts';

async function splitOf(root: string, recipe: DataRecipe = {}) {
  const stages = await DataStages.of(root, { size: 2, ...recipe });
  const slices = await readSlices(await stages.run(indexStage));
  await stages.run(shardsStage);
  const rows = await readSplit(await stages.run(splitStage));
  const patients: Record<string, Set<Side>> = {};
  for (const [i, { patient }] of slices.entries())
    patients[patient] = (patients[patient] ?? new Set()).add(rows[i]!.backbone);
  const of = (side: Side) =>
    Object.keys(patients)
      .filter((patient) => patients[patient]?.has(side))
      .sort();
  return { stages, slices, rows, patients, of, ledger: stages.ledgers.get('split')! };
}

const split = async (slices: readonly FolderSlice[], recipe: DataRecipe = {}) =>
  splitOf(await kaggleFolder(slices), recipe);
const names = (letters: string) => [...letters];
const about = (what: string, { notes }: LedgerPart) => notes.filter((note) => note.what === what);

describe('split', () => {
  it('covers every slice once, by patient; test folder is test, slices without labels are unlabelled', async () => {
    const { rows, slices, patients, of } = await split([
      ...names('abcdef').flatMap((name) => series(name, 2, { positive: name < 'c' ? ['subdural'] : [] })),
      { ...series('a', 1)[0]!, id: 'ID_a9', positive: null, position: [0, 0, 90] },
      ...series('t', 3, { set: 'test' }),
    ]);
    expect(rows.map(({ slice }) => slice)).toEqual(slices.map(({ slice }) => slice));
    expect(of('test')).toEqual(['P_t']);
    expect(of('unlabelled')).toEqual(['P_a']);
    for (const [patient, sides] of Object.entries(patients)) {
      const learned = [...sides].filter((side) => side === 'train' || side === 'validation');
      expect(learned, patient).toHaveLength(patient === 'P_t' ? 0 : 1);
    }
    // 0.34 of 6 patients, two with haemorrhage and four without: one and one.
    expect(of('validation')).toHaveLength(2);
    for (const row of rows) expect([row.sequence, row.backboneFold, row.sequenceFold]).toEqual([row.backbone, 0, 0]);
  });

  it('spares the backbone training slices that show little brain, and moves none of them', async () => {
    const brain = (share: number) => Array.from({ length: 16 }, (_, i) => (i < 16 * share ? 1064 : 24));
    const slices = names('abcdef').flatMap((name) => series(name, 4));
    slices.forEach((slice, i) => {
      slice.words = [...brain([0, 0.25, 0.5, 1][i % 4]!).slice(0, 15), 24 - (i % 24)];
    });
    const without = await split(slices);
    const { rows, ledger } = await split(slices, { minBrainFraction: 0.25 });
    expect(rows.map(({ backbone, sequence }) => [backbone, sequence])).toEqual(
      without.rows.map(({ backbone, sequence }) => [backbone, sequence]),
    );
    expect(without.rows.some((row) => row.littleBrain)).toBe(false);
    // Of each four slices the last two show more than a quarter: at most that much is too little.
    expect(rows.map((row) => row.littleBrain)).toEqual(rows.map((_, i) => i % 4 <= 1));
    const spared = rows.filter((row) => row.backbone === 'train' && row.littleBrain).length;
    expect(ledger.notes.filter(({ reason }) => reason === 'little-brain')).toHaveLength(spared);
    expect(spared).toBeGreaterThan(0);
  });

  it('keeps patients that share a picture on one side, and says so', async () => {
    const words = Array.from({ length: 16 }, (_, i) => 1000 + 11 * i);
    const patients = names('abcdefgh').map((name) => series(name, 2));
    // a-b and b-c share one picture each: all three stay together.
    patients[0]![0]!.words = words;
    patients[1]![0]!.words = words;
    patients[1]![1]!.words = words.toReversed();
    patients[2]![0]!.words = words.toReversed();
    const { of, ledger } = await split(patients.flat(), { validation: 0.4 });
    const validation = of('validation');
    expect([0, 3]).toContain(['P_a', 'P_b', 'P_c'].filter((patient) => validation.includes(patient)).length);
    expect(about('slice', ledger).map(({ item, reason }) => [item, reason])).toEqual([
      ['ID_b0', 'shared-picture'],
      ['ID_c0', 'shared-picture'],
    ]);
  });

  it('has one note a pair of series, with how many pictures they share', async () => {
    const words = (seed: number) => Array.from({ length: 16 }, (_, i) => 1000 + 11 * i + 37 * seed);
    const patients = names('abcd').map((name) => series(name, 3));
    for (const name of [0, 1])
      for (const [i, slice] of patients[name]!.entries()) {
        slice.words = words(i);
      }
    patients[1]![2]!.positive = ['subdural'];
    const notes = (await split(patients.flat())).ledger.notes.filter(({ what }) => what !== 'side');
    expect(notes).toMatchObject([{ item: 'ID_b0', reason: 'shared-picture', kind: 'warning' }]);
    expect(notes[0]?.message).toMatch(
      /^3 pictures of its series are those of series R_a, .* The labels of 1 differ\.$/,
    );
  });

  it('takes patients that share a series or a study for one person: each series stands on one side', async () => {
    // Every second slice of each series names somebody else; b and c share a study.
    const slices = names('abcdefgh').flatMap((name) =>
      series(name, 6).map((slice, i) => ({
        ...slice,
        patient: i % 2 === 0 ? `P_${name}` : `P_${name}X`,
        study: name === 'c' ? 'S_b' : `S_${name}`,
      })),
    );
    for (let seed = 0; seed < 4; seed++) {
      const { rows, slices: index, stages } = await split(slices, { validation: 0.4, seed });
      const sides = (of: (row: (typeof index)[number]) => string) => {
        const found = new Map<string, Set<Side>>();
        for (const [i, row] of index.entries())
          found.set(of(row), (found.get(of(row)) ?? new Set<Side>()).add(rows[i]!.backbone));
        return [...found.values()];
      };
      for (const own of [...sides(({ series: id }) => id), ...sides(({ study }) => study)]) expect(own.size).toBe(1);
      expect(new Set(rows.map(({ backbone }) => backbone)).size).toBe(2);
      expect(stages.ledgers.get('index')!.notes.filter(({ reason }) => reason === 'joined-patients')).toHaveLength(7);
    }
  });

  it('holds patients out before the split, the same ones whatever split is drawn of the others', async () => {
    const words = (seed: number) => Array.from({ length: 16 }, (_, i) => 1000 + 11 * i + 37 * seed);
    // a and b show the same pictures: they stay together.
    const patients = names('abcdefghij').map((name, i) => {
      const own = series(name, 2);
      own.forEach((slice, n) => {
        slice.words = words(2 * Math.max(i, 1) + n);
      });
      return own;
    });
    const one = await split(patients.flat(), { test: 0.3, validation: 0.5 });
    const held = one.of('held-out');
    expect(held).toHaveLength(3);
    expect(held.includes('P_a')).toBe(held.includes('P_b'));
    // Shares are of the seven others.
    expect(one.of('validation').length + one.of('train').length).toBe(7);
    expect([3, 4]).toContain(one.of('validation').length);
    expect(Object.values(one.patients).every((sides) => sides.size === 1)).toBe(true);
    for (const recipe of [{ validation: 0.2 }, { split: 'random-slice', validation: 0.5 }] as const)
      expect((await split(patients.flat(), { test: 0.3, ...recipe })).of('held-out')).toEqual(held);
    expect(one.ledger.notes.filter(({ reason }) => reason === 'test-side')).toMatchObject([
      {
        kind: 'information',
        message: expect.stringMatching(/^3 patients of 10 \(6 slices with labels\) are held out/),
      },
    ]);
    // What a split says of those who are left names who took the others.
    await expect(split(patients.flat(), { test: 0.9, validation: 0.1 })).rejects.toMatchObject({
      code: 'split-impossible',
      message: expect.stringMatching(/The test side \(data\.test\) has taken \d+ of 10 before\.$/),
      hint: expect.stringMatching(/^Lower data\.test; or: /),
    });
    await expect(split(patients.flat(), { test: 0.97 })).rejects.toMatchObject({
      code: 'test-side-impossible',
      exit: 2,
      message: expect.stringContaining('A share of 0.97 for the test side'),
    });
  });

  it('deals studies where nobody is named, and not the name that is none', async () => {
    const { slices, rows } = await split(names('abcdef').flatMap((name) => series(name, 2, { patient: 'ANONYMOUS' })));
    const sides = new Map(slices.map(({ study }, i) => [study, rows[i]!.backbone]));
    expect([...sides.values()].filter((side) => side === 'validation')).toHaveLength(2);
    for (const [i, { study }] of slices.entries()) expect(rows[i]!.backbone).toBe(sides.get(study));
  });

  it('by slice: patients stand on both sides, slices that show one picture on one', async () => {
    const words = (seed: number) => Array.from({ length: 16 }, (_, i) => 1000 + 11 * i + 37 * seed);
    // Each patient's first slice shows one picture of three, its second one of its own.
    const patients = names('abcdefghi').map((name, i) => {
      const own = series(name, 2);
      own[0]!.words = words(i % 3);
      own[1]!.words = words(10 + i);
      return own;
    });
    const { rows, slices, ledger } = await split(patients.flat(), { split: 'random-slice', validation: 0.5 });
    const side = new Map(rows.map((row) => [row.slice, row.backbone]));
    for (const group of [0, 1, 2]) {
      const shown = names('abcdefghi').filter((_, i) => i % 3 === group);
      expect(new Set(shown.map((name) => side.get(`ID_${name}0`))).size, `picture ${group}`).toBe(1);
    }
    expect(rows.filter(({ backbone }) => backbone === 'validation')).toHaveLength(9);
    const both = new Set(slices.map(({ patient }) => patient)).size;
    const patientsOn = (which: Side) =>
      new Set(slices.filter((_, i) => rows[i]!.backbone === which).map((s) => s.patient));
    expect(patientsOn('train').size + patientsOn('validation').size).toBeGreaterThan(both);
    expect(ledger.notes[0]?.message).toContain('both slices stay on one side');
  });

  it('is not impressed by blank pictures', async () => {
    const patients = names('abcd').map((name) => series(name, 2, { words: new Array(16).fill(24) }));
    const { ledger, of } = await split(patients.flat());
    expect(about('slice', ledger)).toEqual([]);
    expect(of('validation')).toHaveLength(1);
  });

  it('says that labels of one picture differ, or that it stands in train and test', async () => {
    const words = Array.from({ length: 16 }, (_, i) => 1000 + 11 * i);
    const { ledger } = await split([
      ...series('a', 1, { words }),
      ...series('b', 1, { words, positive: ['epidural'] }),
      ...series('c', 1),
      ...series('d', 1),
      ...series('t', 1, { set: 'test', words }),
    ]);
    expect(about('slice', ledger).map(({ reason }) => reason)).toEqual(['shared-picture', 'picture-in-train-and-test']);
    expect(ledger.notes[0]?.message).toContain('labels differ');
  });

  it('refuses what cannot be split', async () => {
    const failure = (slices: readonly FolderSlice[], recipe?: DataRecipe) =>
      split(slices, recipe).catch((error) => error);
    expect(await failure(series('a', 3))).toMatchObject({ code: 'split-impossible', exit: 2 });
    const three = names('abc').flatMap((name) => series(name, 1));
    expect(await failure(three, { validation: 0.9 })).toMatchObject({ code: 'split-impossible', exit: 2 });
    const words = Array.from({ length: 16 }, (_, i) => 1000 + 11 * i);
    const same = names('abc').flatMap((name) => series(name, 1, { words }));
    expect(await failure(same)).toMatchObject({ code: 'split-impossible', exit: 2 });
  });

  it('has nothing to deal where all slices are test', async () => {
    const { rows } = await splitOf(await kaggleFolder(series('a', 3), { csv: false }), { source: 'folder' });
    expect(rows.map(({ backbone }) => backbone)).toEqual(['test', 'test', 'test']);
  });
});

const sample = sharedData('rsna-sample');
describe.skipIf(sample === null)('split of rsna-sample', () => {
  it('gives 6 and 3 patients at 0.34, two of the three with haemorrhage', async () => {
    const { of, slices } = await splitOf(sample as string, { size: 16 });
    expect([of('train').length, of('validation').length, of('test').length]).toEqual([6, 3, 1]);
    const positive = new Set(slices.filter(({ labels }) => labels?.any === 1).map(({ patient }) => patient));
    expect(of('validation').filter((patient) => positive.has(patient))).toHaveLength(2);
  });
});

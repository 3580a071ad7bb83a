import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import type { OpenSource } from '../../../src/registry/kinds/source.ts';
import { fatesOf } from '../../../src/runtime/artifacts/ledger.ts';
import { readLedgerMore } from '../../../src/runtime/artifacts/ledger-more.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { readSource } from '../../../src/runtime/artifacts/source.ts';
import { ledgerOfError } from '../../../src/runtime/ledger.ts';
import { noticesOf } from '../../../src/runtime/notices/notice.ts';
import { refuseMeaningless, refuseWithoutLabels } from '../../../src/runtime/runs/refuse-meaningless.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { UnreadableTable } from '../../../src/runtime/sources/kaggle-layout.ts';
import type { Candidate } from '../../../src/runtime/stages/index/candidate.ts';
import { joinLabels } from '../../../src/runtime/stages/index/labels.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { LedgerLines } from '../../../src/runtime/stages/ledger-lines.ts';
import { shardsStage } from '../../../src/runtime/stages/shards.ts';
import { splitStage } from '../../../src/runtime/stages/split.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { type FolderSlice, kaggleFolder, labelRows, series } from './kaggle-folder.ts';

async function index(root: string, recipe: DataRecipe = {}) {
  const stages = await DataStages.of(root, recipe);
  const folder = await stages.run(indexStage);
  return { stages, folder, ledger: stages.ledgers.get('index')!, rows: await readSlices(folder) };
}

const failure = (root: string, recipe: DataRecipe = {}) => index(root, recipe).catch((error) => error);

/** A labels file whose rows are these. */
async function withLabels(rows: readonly string[], slices: readonly FolderSlice[] = series('a', 2)): Promise<string> {
  const root = await kaggleFolder(slices, { csv: false });
  await writeFile(join(root, 'stage_2_train.csv'), ['ID,Label', ...rows, ''].join('\n'));
  return root;
}

const sound = [...labelRows('ID_a0', []), ...labelRows('ID_a1', ['subdural'])];

describe('index: labels that would mean nothing', () => {
  it('stop where a row cannot be read, with the first rows, their lines and what is expected', async () => {
    const root = await withLabels(sound.map((row) => row.replace(/,1$/, ',yes')));
    const error = await failure(root);
    expect(error).toMatchObject({ code: 'bad-label-rows', exit: 2 });
    expect(error.message).toBe(
      '2 of 12 label rows cannot be read: stage_2_train.csv, line 12 (ID_a1_subdural,yes): its Label is neither 0 nor 1; line 13 (ID_a1_any,yes): its Label is neither 0 nor 1.',
    );
    expect(error.hint).toContain('A label is 0 or 1');
    expect(error.hint).toContain('data.labels.tolerate: 2');
    // The run that fails keeps what was left out.
    expect(ledgerOfError(error)?.leftOut.map(({ item, reason }) => [item, reason])).toEqual([
      ['stage_2_train.csv:12', 'bad-label-row'],
      ['stage_2_train.csv:13', 'bad-label-row'],
    ]);
  });

  it('offer no toleration where most rows are bad, and never tolerate all of them', async () => {
    const words = sound.map((row) => row.replace(/,1$/, ',True').replace(/,0$/, ',False'));
    for (const tolerate of [0, 12]) {
      const error = await failure(await withLabels(words), { tolerate });
      expect(error).toMatchObject({ code: 'bad-label-rows', message: expect.stringContaining('12 of 12 label rows') });
      expect(error.hint).toBe(
        'A label is 0 or 1 (0.0 and 1.0 are read too): write True or yes as 1, False or no as 0. A slice that nobody labelled has no row: leave its rows out.',
      );
    }
    // What is left is said as it is: not that all rows are of test slices.
    const slices = [...series('a', 1), ...series('t', 1, { set: 'test' })];
    const mixed = await withLabels([...labelRows('ID_a0', []).map((row) => `${row}x`), 'ID_t0_any,0'], slices);
    expect(await failure(mixed, { tolerate: 6 })).toMatchObject({
      code: 'labels-match-nothing',
      message:
        'No row of stage_2_train.csv names a slice that can be trained on: the only row that can be read is of a slice of the test folder. 6 more rows cannot be read, as data.labels.tolerate allows.',
    });
  });

  it.each(['ID_a1_a', 'ID_a1_any', 'ID_a1_any,'])(
    'ask whether the file was cut off where it ends in %s',
    async (end) => {
      const error = await failure(await withLabels([...sound.slice(0, -1), end]));
      expect(error).toMatchObject({
        code: 'bad-label-rows',
        hint: 'It is the last line of the file: was that cut off? Copy it again.',
      });
      // In the middle it is a bad row as any other.
      const middle = await failure(await withLabels([end, ...sound.slice(1)]));
      expect(middle.hint).not.toContain('cut off');
    },
  );

  it.each(['(1140 rows affected)', '\x1a', '>>>>>>> main'])(
    'call no line of another program a cut: %j',
    async (end) => {
      const error = await failure(await withLabels([...sound, end]));
      expect(error).toMatchObject({
        code: 'bad-label-rows',
        message: expect.stringContaining('1 column instead of 2'),
      });
      expect(error.hint).not.toContain('cut off');
    },
  );

  it.each([
    ['capitals', (id: string) => id.toUpperCase()],
    ['.dcm', (id: string) => `${id}.dcm`],
    ['a path of Windows', (id: string) => `C:\\data\\${id}.DCM`],
  ])('say where ids of the labels and names of the files differ only in %s', async (_, otherwise) => {
    const rows = (named: (id: string) => string) => [
      ...labelRows(named('ID_a0'), ['subdural', 'any']),
      ...labelRows('ID_a1', ['subdural', 'any']),
    ];
    const { ledger } = await index(await withLabels(rows(otherwise)));
    expect(ledger.notes.filter(({ reason }) => reason === 'labels-named-otherwise')).toMatchObject([
      { item: 'ID_a0', kind: 'warning', message: `The labels name it ${otherwise('ID_a0')}, and so another slice.` },
    ]);
    expect(noticesOf([ledger]).map(({ text }) => text)).toContain(
      '1 slice that the labels name otherwise: counted as unlabelled',
    );
    const none = await failure(await withLabels(labelRows(otherwise('ID_a0'), ['subdural', 'any'])));
    expect(none).toMatchObject({
      code: 'labels-match-nothing',
      hint: 'Ids differ only in capitals, spaces, zeros in front, folders or .dcm: write those of the labels as the files are named.',
    });
  });

  it('show what nobody sees in an id', async () => {
    const error = await failure(await withLabels(sound.map((row) => `\u200b${row}`)));
    expect(error).toMatchObject({
      code: 'labels-match-nothing',
      message: expect.stringMatching(/line 2 names \\u200bID_a0, a file that is there is ID_a[01]\./),
    });
  });

  it('go on with as many bad rows as the recipe tolerates, and not with one more', async () => {
    const root = await withLabels([...sound, 'ID_a0_brain,0', 'ID_a0_any']);
    expect(await failure(root, { tolerate: 1 })).toMatchObject({
      code: 'bad-label-rows',
      message: expect.stringContaining('2 of 14 label rows cannot be read, 1 are tolerated'),
    });
    const { ledger } = await index(root, { tolerate: 2 });
    expect(fatesOf([ledger], 'label-row')).toMatchObject({ found: 14, used: 12 });
  });

  it('stop where no row names a slice of the train folder, with one of each', async () => {
    const root = await withLabels([...labelRows('ID_other', ['any'])]);
    expect(await failure(root)).toMatchObject({
      code: 'labels-match-nothing',
      message: expect.stringMatching(/line 2 names ID_other, a file that is there is ID_a[01]\./),
    });
    const test = [...series('a', 1), ...series('t', 1, { set: 'test' })];
    expect(await failure(await withLabels(labelRows('ID_t0', []), test))).toMatchObject({
      code: 'labels-match-nothing',
      message: expect.stringContaining('all 6 rows are of test slices'),
    });
    const packed = { ...series('a', 1)[0]!, syntax: '1.2.840.10008.1.2.5' };
    expect(
      await failure(await withLabels(labelRows('ID_a0', []), [packed, ...series('t', 1, { set: 'test' })])),
    ).toMatchObject({
      message: expect.stringContaining(
        'Of the files 1 were left out: written otherwise than their transfer syntax says (RLE lossless).',
      ),
    });
  });

  it('stop where no slice has all six labels, or where there is no row at all', async () => {
    expect(await failure(await withLabels(['ID_a0_any,1', 'ID_a1_any,0']))).toMatchObject({
      code: 'no-complete-labels',
      message: expect.stringContaining(
        'none has a row of epidural, intraparenchymal, intraventricular, subarachnoid, subdural',
      ),
    });
    expect(await failure(await withLabels([]))).toMatchObject({ code: 'no-label-rows' });
  });

  it('repeat no text of a private file', async () => {
    const candidates = new Map([['a', { slice: 'a', set: 'train' } as Candidate]]);
    const identities = identitiesOf('private', Buffer.alloc(32));
    const labels = (rows: () => AsyncIterable<never>): NonNullable<OpenSource['labels']> => ({ file: 'l.csv', rows });
    const join = (source: NonNullable<OpenSource['labels']>) =>
      joinLabels(source, candidates, identities, new LedgerLines('index')).catch((error) => error);
    const bad = await join(
      labels(async function* () {
        yield { line: 7, text: 'SMITH,yes', problem: 'its Label is neither 0 nor 1' } as never;
      }),
    );
    expect(bad).toMatchObject({ code: 'bad-label-rows', message: expect.stringContaining('l.csv, line 7: its Label') });
    expect(bad.message).not.toContain('SMITH');
    const header = await join(
      // biome-ignore lint/correctness/useYield: it fails before its first row
      labels(async function* () {
        throw new UnreadableTable('l.csv:1: no column ID.', 'Rename.', 'SMITH;yes');
      }),
    );
    expect(header).toMatchObject({ code: 'labels-unreadable', message: 'l.csv:1: no column ID.' });
  });

  it('stop a run before it trains where there is no labels file', async () => {
    const { stages } = await index(await kaggleFolder(series('a', 2), { csv: false }));
    const { registry } = stages.context('index', stages.work);
    const data = (labels: OpenSource['labels']) =>
      ({ source: { labels, noLabels: 'There is no stage_2_train.csv.' } }) as never;
    expect(() => refuseWithoutLabels(stages.recipe, registry, data(null))).toThrow('There is no stage_2_train.csv.');
    expect(() => refuseWithoutLabels(stages.recipe, registry, data({} as never))).not.toThrow();
    expect(() => refuseWithoutLabels(stages.recipe, registry, null)).not.toThrow();
  });
});

describe('index: the known faults of the RSNA data', () => {
  // facts 3: duplicates in the CSV, a file of 153,710 of 524,288 bytes, unsigned files with an intercept of 0 or 1, line ends.
  it('pass at default settings: rows twice, a file that is cut off, wrong intercepts, rows without a file', async () => {
    const slices = [
      ...series('a', 3, { positive: ['subdural'] }),
      { ...series('b', 1)[0]!, id: 'ID_6431af929', cut: 20 },
      { ...series('c', 1)[0]!, intercept: '1', words: Array.from({ length: 16 }, (_, i) => (i % 2 ? 3110 + i : 40)) },
    ];
    const root = await kaggleFolder(slices, {
      rows: [...labelRows('ID_a0', ['subdural']), ...labelRows('ID_gone', [])],
    });
    const csv = join(root, 'stage_2_train.csv');
    await writeFile(csv, (await readFile(csv, 'utf8')).replaceAll('ID_a1', 'ID_a1').replace(/\n/, '\r\n'));
    const { stages, ledger, rows } = await index(root);
    expect(rows).toHaveLength(5);
    expect(fatesOf([ledger], 'label-row')).toMatchObject({
      found: 42,
      used: 30,
      leftOut: [
        { reason: 'duplicate-label-row', count: 6 },
        { reason: 'label-without-slice', count: 6 },
      ],
    });
    await stages.run(shardsStage);
    const shards = stages.ledgers.get('shards')!;
    expect(shards.leftOut.map(({ reason }) => reason)).toEqual(['truncated-pixels']);
    expect(shards.notes.map(({ reason }) => reason)).toContain('repaired-intercept');
    // Said once each, and nothing stops.
    const texts = noticesOf([ledger, shards]).map(({ text }) => text);
    expect(texts).toContain('1 of 5 files left out: with pixels that end early');
    expect(texts).toContain('12 of 42 label rows left out: 6 of slices without a usable file, 6 exact duplicates');
  });
});

describe('no positive to learn from', () => {
  it('is noted by index, and stops a run unless it is a smoke run or accepted', async () => {
    const root = await kaggleFolder(series('a', 3));
    const { folder, ledger } = await index(root);
    expect(ledger.notes).toMatchObject([{ reason: 'no-positives', kind: 'warning' }]);
    await writeFile(join(folder, 'ledger.json'), JSON.stringify(ledger));
    const artifact = { stage: 'index' as const, key: '', folder };
    const recipe = (more: object) => ({ smoke: false, accept: [], ...more }) as never;
    await expect(refuseMeaningless(recipe({}), artifact)).rejects.toMatchObject({
      code: 'no-positives',
      exit: 2,
      message: 'There is no positive to learn from: every labelled slice (3) is negative in all six labels.',
      hint: expect.stringContaining('accept: [no-positives]'),
    });
    await refuseMeaningless(recipe({ smoke: true }), artifact);
    await refuseMeaningless(recipe({ accept: ['no-positives'] }), artifact);
    await refuseMeaningless(recipe({}), { ...artifact, stage: 'shards' });
  });

  it('so is no negative', async () => {
    const { folder, ledger } = await index(await kaggleFolder(series('a', 3, { positive: [...LABELS] })));
    expect(ledger.notes).toMatchObject([{ reason: 'no-negatives', kind: 'warning' }]);
    await writeFile(join(folder, 'ledger.json'), JSON.stringify(ledger));
    const artifact = { stage: 'index' as const, key: '', folder };
    const recipe = (more: object) => ({ smoke: false, accept: [], ...more }) as never;
    await expect(refuseMeaningless(recipe({ accept: ['no-positives'] }), artifact)).rejects.toMatchObject({
      code: 'no-negatives',
      exit: 2,
      message: 'There is no negative to learn from: every labelled slice (3) is positive in all six labels.',
      hint: expect.stringContaining('accept: [no-negatives]'),
    });
    await refuseMeaningless(recipe({ accept: ['no-negatives'] }), artifact);
  });

  it('is noted by split, of the training side alone', async () => {
    const patients = ['a', 'b', 'c', 'd'].flatMap((patient) => series(patient, 2));
    const only = (positive: string) =>
      patients.map((slice) => (slice.patient === positive ? { ...slice, positive: ['subdural' as const] } : slice));
    const noted = new Map<string, unknown>();
    for (const patient of ['P_a', 'P_b', 'P_c', 'P_d']) {
      const { stages, ledger } = await index(await kaggleFolder(only(patient)), {
        split: 'random-slice',
        validation: 0.5,
      });
      expect(ledger.notes).toEqual([]);
      await stages.run(shardsStage);
      await stages.run(splitStage);
      noted.set(
        patient,
        stages.ledgers
          .get('split')!
          .notes.filter(({ reason }) => reason === 'no-positives')
          .map(({ reason, item }) => `${reason}: ${item}`),
      );
    }
    for (const notes of noted.values())
      expect([[], ['no-positives: labelled slices of the training side']]).toContainEqual(notes);
  });
});

describe('the submission form', () => {
  it('is held against what is there: what is missing is counted, and the first of it named', async () => {
    const root = await kaggleFolder([...series('a', 1), ...series('t', 1, { set: 'test' })]);
    const form = ['ID_gone', 'ID_t0'].flatMap((id) => labelRows(id, []));
    await writeFile(join(root, 'stage_2_sample_submission.csv'), ['ID,Label', ...form].join('\n'));
    const { folder } = await index(root);
    expect(await readSource(folder)).toMatchObject({
      submission: ['ID_t0'],
      form: { asked: 2, missing: 1, first: 'ID_gone', limited: false },
    });
  });

  it('is for nothing where every test file was left out, and that is said', async () => {
    const root = await kaggleFolder([...series('a', 1, { positive: ['any'] }), ...series('t', 1, { set: 'test' })]);
    await writeFile(join(root, 'stage_2_test', 'ID_t0.dcm'), '');
    const { ledger } = await index(root);
    expect(ledger.notes.map(({ message }) => message)).toContain(
      'There will be no submission.csv: the only test file was left out.',
    );
  });

  it('is for nothing where the test folder is not there, and that is said', async () => {
    const root = await kaggleFolder(series('a', 1, { positive: ['any'] }));
    const form = ['ID_t0', 'ID_t1'].flatMap((id) => labelRows(id, []));
    await writeFile(join(root, 'stage_2_sample_submission.csv'), ['ID,Label', ...form].join('\n'));
    const { ledger } = await index(root);
    expect(ledger.notes.filter(({ reason }) => reason === 'no-submission')).toMatchObject([
      {
        kind: 'warning',
        message:
          'There will be no submission.csv: the data folder has no test picture, and the sample submission asks for 2 slices (first ID_t0).',
      },
    ]);
  });

  it('that was cut off within a slice is said so, and its rows stay as they are', async () => {
    const root = await kaggleFolder([...series('a', 1, { positive: ['any'] }), ...series('t', 2, { set: 'test' })]);
    const form = ['ID_t1', 'ID_t0'].flatMap((id) => labelRows(id, [])).slice(0, -2);
    await writeFile(join(root, 'stage_2_sample_submission.csv'), ['ID,Label', ...form].join('\n'));
    const { folder, ledger } = await index(root);
    expect(await readSource(folder)).toMatchObject({
      submission: form.map((row) => row.split(',')[0]),
      form: { asked: 2, missing: 0, first: null },
    });
    expect(ledger.notes.filter(({ reason }) => reason === 'submission-incomplete')).toMatchObject([
      { item: 'ID_t0', kind: 'warning', message: expect.stringContaining('for subdural, any:') },
    ]);
  });
});

describe('names beyond a thousand', () => {
  it('stand in a file of the artifact, and are counted in the ledger', async () => {
    const { folder } = await index(await kaggleFolder(series('a', 1)));
    const lines = new LedgerLines('index', folder);
    for (let i = 0; i < 1500; i++) {
      lines.leaveOut({ item: `l,"${i}`, what: 'label-row', reason: 'label-without-slice', message: 'x\ny' });
      lines.note({
        item: `s${i}`,
        what: 'slice',
        reason: 'other-sop-uid',
        message: 'x',
        kind: 'warning',
        hint: 'mend it',
      });
    }
    const part = lines.part({ files: 1, labelRows: 1500 });
    expect(part.leftOut.at(-1)).toMatchObject({
      item: '(more)',
      count: 500,
      message: expect.stringContaining('ledger-more.csv'),
    });
    expect(part.notes.at(-1)).toMatchObject({ item: '(more)', count: 500 });
    const more = [];
    for await (const line of readLedgerMore(folder)) more.push(line);
    expect(more).toHaveLength(1000);
    expect(more[0]).toEqual({
      fate: 'left-out',
      what: 'label-row',
      reason: 'label-without-slice',
      item: 'l,"1000',
      count: 1,
      message: 'x\ny',
      hint: '',
    });
    expect(more.at(-1)).toMatchObject({ fate: 'warning', item: 's1499', hint: 'mend it' });
    // A second attempt in the same folder starts anew.
    new LedgerLines('index', folder).part();
    for await (const line of readLedgerMore(folder)) throw new Error(`${line.item} was left from before`);
  });
});

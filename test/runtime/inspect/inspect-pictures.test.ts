import { beforeAll, describe, expect, it } from 'vitest';
import { inspectionText } from '../../../src/cli/inspect-text.ts';
import { openRegistry } from '../../../src/cli/registry.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { type Inspection, inspectSource } from '../../../src/runtime/inspect/inspect.ts';
import { openPlaces } from '../../../src/runtime/inspect/open-any.ts';
import { whois } from '../../../src/runtime/inspect/whois.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { readPlaces, readStatedPlaces, rememberPlaces } from '../../../src/runtime/store/key-places.ts';
import { zipOf } from '../../zip-writer.ts';
import { DataStages } from '../stages/context.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';
import { folderOf, PICTURES, png8, png16, row, SIDE, TABLE } from '../stages/picture-folder.ts';

const registry = openRegistry();
const { signal } = new AbortController();
const csv = (...rows: string[]) => `${[TABLE, ...rows].join('\n')}\n`;
const brain = await png8((i) => i % 256);
const bone = await png16((i) => i * 200);

async function recipeOf(source: object = {}): Promise<ResolvedRecipe> {
  const text = JSON.stringify({
    recipe: 1,
    name: 'mine',
    data: { source: { type: 'pictures', ...PICTURES, showIds: undefined, ...source }, image: { size: SIDE } },
    channels: ['brain', 'bone'],
    augment: [],
    backbone: 'small-cnn',
    sequence: 'none',
    evaluation: { metrics: ['mean-log-loss'] },
  });
  const { recipe, diagnostics } = await resolveText(text, { registry, training: false });
  if (recipe === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return recipe;
}

async function inspect(root: string, { showIds = true, source = {} } = {}): Promise<Inspection> {
  const opened = await openPlaces([root], await recipeOf(source), registry, { showIds });
  const identities = identitiesOf(showIds ? 'public' : 'private', Buffer.alloc(32, 5));
  return inspectSource(opened.source, { ...opened, identities, labels: { tolerate: 0 }, signal });
}

describe('data inspect of pictures with a table', () => {
  let root: string;
  let found: Inspection;
  beforeAll(async () => {
    root = await folderOf({
      'table.csv': csv(row(7, 1), row(7, 2, 1), row(8, 1), row(8, 2), row(9, 1)),
      ...Object.fromEntries(
        ['007/brain/1', '007/brain/2', '008/brain/1', '008/brain/2'].map((p) => [`${p}.png`, brain]),
      ),
      ...Object.fromEntries(['007/bone/1', '007/bone/2', '008/bone/1'].map((p) => [`${p}.png`, bone])),
      '008/bone/2.png': 'no picture',
      'notes.txt': 'of nobody',
    });
    found = await inspect(root);
  });

  it('tells patients, slices, which pictures each has, and labels', () => {
    expect(found).toMatchObject({ files: 9, slices: 3, patients: 2, studies: 2 });
    expect(found.series).toMatchObject([
      {
        patient: '7',
        slices: 2,
        pictures: { brain: 2, bone: 2 },
        syntax: 'PNG, 8 bits; PNG, 16 bits',
        pixels: '16 × 16',
      },
      { patient: '8', slices: 1, pictures: { brain: 2, bone: 1 }, chosen: true },
    ]);
    expect(found.pictures).toEqual({
      named: 5,
      each: [
        { picture: 'brain', channel: true, slices: 4 },
        { picture: 'bone', channel: true, slices: 3 },
      ],
      lacking: [
        { slice: '8/2', series: '8', line: 5, lacks: ['bone'], has: ['brain'] },
        { slice: '9/1', series: '9', line: 6, lacks: ['brain', 'bone'], has: [] },
      ],
    });
    expect(found.labels).toMatchObject({ labelled: 3, unlabelled: 0 });
    expect(found.labels?.each).toContainEqual({ label: 'any', positive: 1, negative: 2, patients: 1 });
  });

  it('says what is left out and doubtful as index does', async () => {
    const stages = await DataStages.of(root, {
      source: 'pictures',
      size: SIDE,
      params: { ...PICTURES, showIds: true },
    });
    await stages.run(indexStage);
    const { leftOut, notes } = stages.ledgers.get('index')!;
    const reasons = (of: readonly { reason: string; what: string }[]) =>
      [...new Set(of.filter(({ what }) => what === 'file').map(({ reason }) => reason))].sort();
    expect(found.leftOut.map(({ reason }) => reason).sort()).toEqual(reasons(leftOut));
    expect(reasons(leftOut)).toEqual(['lacks-picture', 'not-a-picture', 'not-named']);
    const told = found.notices.flatMap(({ reasons: of }) => of.map(({ reason }) => reason));
    for (const { reason, kind } of notes) if (kind !== 'information') expect(told).toContain(reason);
    expect(told).toContain('row-without-files');
  });

  it('fits a terminal, without columns of what pictures do not have', () => {
    const text = inspectionText(found, { hashed: false, width: 120 });
    expect(text).toMatch(/^ {2}series +slices +pixels +syntax +pictures +set +used$/m);
    expect(text).toMatch(/bone: 3 of 5 named slices/);
    expect(text).toMatch(/slice 8\/2 \(line 5 of the table\) lacks bone; it has brain/);
    expect(text).toMatch(/^ {2}any +1 +2 +1$/m);
  });

  it('names nothing unless asked, and reads a zip as the folder', async () => {
    const hashed = await inspect(root, { showIds: false });
    const text = JSON.stringify(hashed) + inspectionText(hashed, { hashed: true, width: 120 });
    for (const name of ['007', 'notes', '8/2', 'brain/', '.png']) expect(text).not.toContain(name);
    const zip = zipOf([
      { name: 'set/table.csv', data: csv(row(7, 1)) },
      { name: 'set/007/brain/1.png', data: brain },
      { name: 'set/007/bone/1.png', data: bone },
    ]);
    const packed = await folderOf({ 'set.zip': zip });
    expect(await inspect(`${packed}/set.zip`)).toMatchObject({ slices: 1, patients: 1, labels: { labelled: 1 } });
  });

  it('without patients says that nobody knows them', async () => {
    const unknown = await inspect(root, { source: { patient: null, slice: '{patient}-{slice}', number: null } });
    expect(unknown).toMatchObject({ patients: null, studies: null, slices: 3 });
    expect(unknown.labels?.each[0]).toMatchObject({ patients: null });
    const text = inspectionText(unknown, { hashed: false, width: 120 });
    expect(text).toMatch(/^9 files · patients unknown · 3 slices/);
    expect(text).not.toMatch(/^ {2}series /m);
  });

  it.each([
    ['a number that is none', csv(row(7, 1), '7,x,0,0,0,0,0,1'), 'bad-table-rows'],
    ['two rows of one slice', csv(row(7, 1), row(7, 1)), 'conflicting-rows'],
    ['labels that are none', csv(row(7, 1), '7,2,0,0,0,0,yes,1'), 'bad-label-rows'],
    ['a column that is not there', 'patient,slice\n7,1\n', 'table-column'],
    ['no table of text', '\u0000\u0001', 'not-text'],
  ])('%s: the finding that a run has', async (_, table, code) => {
    const folder = await folderOf({ 'table.csv': table, '007/brain/1.png': brain, '007/bone/1.png': bone });
    const failure = await inspect(folder).then(
      () => null,
      (error: unknown) => error as { code: string; message: string },
    );
    const run = await DataStages.of(folder, { source: 'pictures', size: SIDE, params: { ...PICTURES, showIds: true } })
      .then((stages) => stages.run(indexStage))
      .then(
        () => null,
        (error: unknown) => error as { code: string; message: string },
      );
    expect(run).toMatchObject({ code: failure?.code, message: failure?.message });
    expect(failure?.code).toBe(code);
  });

  it('reads DICOM files as such, whatever the recipe', async () => {
    const dicom = await kaggleFolder([...series('a', 3)]);
    const opened = await openPlaces([dicom], await recipeOf(), registry, { showIds: true });
    expect(opened.type).toBe('rsna');
    const labelled = await inspectSource(opened.source, {
      ...opened,
      identities: identitiesOf('public', Buffer.alloc(0)),
      labels: { tolerate: 0 },
      signal,
    });
    expect(labelled).toMatchObject({ pictures: null, labels: { labelled: 3 }, series: [{ pictures: null }] });
  });
});

describe('data whois of pictures with a table', () => {
  const key = Buffer.alloc(32, 5);
  const names = identitiesOf('private', key);
  const { showIds: _, ...source } = PICTURES;
  const pictures = { type: 'pictures', ...source };
  let root: string;
  beforeAll(async () => {
    root = await folderOf({ 'table.csv': csv(row(7, 1), row(8, 2)), '007/brain/1.png': brain, '007/bone/1.png': bone });
  });

  it('finds patient, study, series, slice and file by making their names again, with the row of a slice', async () => {
    const wanted = {
      file: names.name('file', '007/brain/1.png'),
      patient: names.name('patient', '7'),
      study: names.name('study', '7'),
      series: names.name('series', '7'),
      slice: names.name('slice', '7/1'),
    };
    const { found } = await whois(Object.values(wanted), [{ roots: [root], source: pictures }], key, {
      registry,
      signal,
    });
    expect(Object.fromEntries(found.map(({ what, name }) => [what, name]))).toEqual({
      file: '007/brain/1.png',
      patient: '7',
      study: '7',
      series: '7',
      slice: '7/1',
    });
    expect(found.find(({ what }) => what === 'slice')?.row).toEqual({
      patient: '7',
      files: ['007/brain/1.png', '007/bone/1.png'],
      line: 2,
    });
  });

  it('finds a row that a run could not use, and goes on where a guess does not fit', async () => {
    const hash = names.name('slice', '8/2');
    const other = { ...pictures, table: 'another.csv' };
    const places = [
      { roots: [root], source: other, guessed: true },
      { roots: [root], source: other },
      { roots: [root], source: pictures },
    ];
    const { found, unreadable } = await whois([hash], places, key, { registry, signal });
    expect(found).toMatchObject([{ what: 'slice', name: '8/2', row: { line: 3 } }]);
    expect(unreadable).toHaveLength(1);
  });

  it('is kept beside the key how a place was read, and which places any files lie in', async () => {
    const env = { ICHOR_CONFIG: await folderOf({}) };
    const own = { fingerprint: '0123456789abcdef' };
    const quiet = () => {};
    await rememberPlaces(own, ['/a'], quiet, env);
    for (const table of ['one.csv', 'two.csv', 'one.csv'])
      await rememberPlaces(own, ['/b'], quiet, env, { type: 'pictures', table });
    expect(await readPlaces(own, env)).toEqual([['/a']]);
    expect((await readStatedPlaces(own, env)).map(({ roots, source: of }) => [...roots, of.table])).toEqual([
      ['/b', 'one.csv'],
      ['/b', 'two.csv'],
    ]);
  });
});

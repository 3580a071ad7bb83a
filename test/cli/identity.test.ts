import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { type FakeMlflow, fakeMlflow } from '../plugins/trackers/fake-mlflow.ts';
import { type BuiltElement, buildDicom } from '../runtime/dicom/build.ts';
import { zipOf } from '../zip-writer.ts';

/** Stands in every field, name, folder, column and file name; its digits where only digits may stand. */
const MARK = 'Qzxwmueller';
const DIGITS = '7731959';
const SIDE = 32;
const TYPES = ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural'];

let folder: string;
let temporary: string;
let mlflow: FakeMlflow;
/** What the commands said. */
const said: string[] = [];
/** What somebody might guess, and hold against a hash: contents, paths, ids. */
const guesses = new Map<string, Buffer | string>();

const at = (...parts: string[]) => join(folder, ...parts);
const dicoms = () => at(`${MARK} archive`);
const pictures = () => at(`${MARK} pictures`);
const store = () => at('work', 'store');

async function put(path: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  guesses.set(`content of ${path.slice(folder.length)}`, content);
}

async function call(...args: string[]): Promise<void> {
  await ends(0, ...args);
}

async function ends(expected: number, ...args: string[]): Promise<void> {
  const { status, out, err } = await ichor([...args, '--store', store()], {
    cwd: at('work'),
    env: {
      ICHOR_CONFIG: at('config'),
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      MLFLOW_TRACKING_USERNAME: 'ada',
      MLFLOW_TRACKING_PASSWORD: `${MARK}-password`,
    },
  });
  said.push(out, err);
  expect(status, err).toBe(expected);
}

const text = (group: number, element: number, vr: string, value: string): BuiltElement => ({
  tag: [group, element],
  vr,
  value: Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1'),
});

/** Every text that says, or may say, who somebody is. */
const personal = (patient: number): BuiltElement[] => [
  text(8, 0x08, 'CS', `ORIGINAL\\PRIMARY\\AXIAL\\${MARK.toUpperCase()}`),
  text(8, 0x50, 'SH', `${MARK}A`),
  text(8, 0x80, 'LO', `${MARK} Clinic`),
  text(8, 0x81, 'ST', `${MARK} Street`),
  text(8, 0x90, 'PN', `${MARK}^Referring`),
  text(8, 0x1010, 'SH', MARK),
  text(8, 0x1030, 'LO', `${MARK} study`),
  text(8, 0x103e, 'LO', `${MARK} head`),
  text(8, 0x1050, 'PN', `${MARK}^Performing`),
  text(0x10, 0x10, 'PN', `${MARK}^Patient${patient}`),
  text(0x10, 0x30, 'DA', DIGITS),
  text(0x10, 0x1000, 'LO', `${MARK}Other`),
  text(0x10, 0x4000, 'LT', `${MARK} comment`),
  text(0x18, 0x10, 'LO', `${MARK} agent`),
  text(0x18, 0x15, 'CS', MARK.toUpperCase()),
  text(0x18, 0x1030, 'LO', `${MARK} protocol`),
  text(0x18, 0x1210, 'SH', MARK),
  text(0x20, 0x10, 'SH', MARK),
  text(0x20, 0x4000, 'LT', `${MARK} image`),
];

const PATIENTS = [1, 2, 3, 4, 5];
const SLICES = [1, 2, 3];
const patientId = (patient: number) => `${MARK}-${DIGITS}${patient}`;
const fileOf = (patient: number, slice: number) => `${MARK} ward/${MARK}${patient}/${MARK}_${slice}.dcm`;
const isPositive = (patient: number, slice: number) => patient % 2 === 1 && slice > 1;
const six = (positive: boolean) => [...TYPES.map(() => (positive ? 1 : 0)), positive ? 0 : 1];

async function writeDicoms(): Promise<void> {
  const members: { name: string; data: Buffer }[] = [];
  for (const patient of PATIENTS)
    for (const slice of SLICES) {
      const bytes = buildDicom({
        sop: `1.2.${DIGITS}.${patient}.${slice}`,
        study: `1.2.${DIGITS}.${patient}`,
        series: `1.2.${DIGITS}.${patient}.9`,
        patient: patientId(patient),
        position: [0, 0, 5 * slice],
        rows: SIDE,
        columns: SIDE,
        words: Array.from({ length: SIDE * SIDE }, (_, i) => 1024 + ((i * 7 + 31 * patient + 11 * slice) % 90)),
        more: personal(patient),
      });
      await put(join(dicoms(), fileOf(patient, slice)), bytes);
      members.push({ name: fileOf(patient, slice), data: bytes });
    }
  const odd: Record<string, Buffer> = {
    [`${MARK} ward/${MARK}.txt`]: Buffer.from(`${MARK} is no DICOM`),
    [`${MARK} ward/.${MARK}`]: Buffer.from(MARK),
    [`${MARK} ward/${MARK}-cut.dcm`]: (members[0]?.data ?? Buffer.alloc(0)).subarray(0, 600),
    [`${MARK} ward/${MARK}-copy.dcm`]: members[1]?.data ?? Buffer.alloc(0),
    [`${MARK} ward/${MARK}-scout.dcm`]: buildDicom({
      sop: `1.2.${DIGITS}.1.77`,
      study: `1.2.${DIGITS}.1`,
      series: `1.2.${DIGITS}.1.8`,
      patient: patientId(1),
      rows: SIDE,
      columns: SIDE,
      more: [...personal(1), text(8, 0x08, 'CS', 'ORIGINAL\\PRIMARY\\LOCALIZER')],
    }),
  };
  for (const [name, data] of Object.entries(odd)) {
    await put(join(dicoms(), name), data);
    members.push({ name, data });
  }
  await put(at(`${MARK}.zip`), zipOf(members));
  const rows = PATIENTS.flatMap((patient) =>
    SLICES.map((slice) => [fileOf(patient, slice), ...six(isPositive(patient, slice)), `${MARK} of the ward`]),
  );
  // Rows that name nothing, one of them with what is no label.
  rows.push([`${MARK}/gone.dcm`, ...six(false), MARK], [fileOf(1, 1), MARK, 0, 0, 0, 0, 1, MARK]);
  const table = [['File', ...TYPES, 'Healthy', `${MARK}Column`], ...rows].map((row) => row.join()).join('\n');
  await put(at(`${MARK} lists`, `${MARK}-labels.csv`), table);
  await put(at(`${MARK} lists`, `${MARK}-judge.csv`), table.split('\n').slice(0, -2).join('\n'));
}

async function writePictures(): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const patient of PATIENTS)
    for (const slice of SLICES) {
      const path = `${MARK}${patient}/${MARK}${slice}.png`;
      const values = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i * 3 + 41 * patient + 17 * slice) % 256);
      const raw = sharp(values, { raw: { width: SIDE, height: SIDE, channels: 1 } });
      const comment = { IFD0: { Artist: MARK, ImageDescription: MARK } };
      await put(join(pictures(), path), await raw.toColourspace('b-w').withExif(comment).png().toBuffer());
      rows.push([patientId(patient), `${MARK}S`, slice, path, ...six(isPositive(patient, slice)), MARK]);
    }
  rows.push([patientId(9), `${MARK}S`, 1, `${MARK}9/${MARK}1.png`, ...six(false), MARK]);
  await put(join(pictures(), `${MARK}.txt`), MARK);
  const head = ['who', 'study', 'place', 'file', ...TYPES, 'Healthy', `${MARK}Column`];
  await put(join(pictures(), 'slices.csv'), [head, ...rows].map((row) => row.join()).join('\n'));
}

const labels = (of: (label: string) => string, healthy: string) =>
  `{ ${TYPES.map((type) => `${type}: ${of(type)}`).join(', ')}, any: { not: ${healthy} } }`;
const REST = (channels: string) => `
channels: [${channels}]
augment: []
backbone: small-cnn
sequence: { type: bi-lstm, cells: 8, layers: 1 }
train: { backbone: { epochs: 1, batch: 8 }, sequence: { epochs: 1, batch: 2 } }
`;

/** A tracker that keeps every record, and every file that one names. */
const COLLECTOR = `import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { defineTracker, Type } from 'ichor';
export default defineTracker({
  name: 'acme/collector',
  version: 1,
  summary: 'Keeps all that it is given.',
  params: Type.Object({}),
  contract: () => ({}),
  async send(records, { folder }) {
    await mkdir(folder, { recursive: true });
    for (const record of records) {
      await appendFile(folder + '/records.jsonl', JSON.stringify(record) + '\\n');
      if (record.type === 'artifact') await appendFile(folder + '/files', await readFile(record.path));
    }
    return null;
  },
});
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-identity-'));
  temporary = at('temporary');
  await Promise.all([temporary, at('work')].map((one) => mkdir(one, { recursive: true })));
  await writeDicoms();
  await writePictures();
  for (const patient of PATIENTS) {
    guesses.set(`id of patient ${patient}`, patientId(patient));
    for (const slice of SLICES) {
      guesses.set(`path ${patient}/${slice}`, fileOf(patient, slice));
      guesses.set(`UID ${patient}/${slice}`, `1.2.${DIGITS}.${patient}.${slice}`);
    }
  }
  await writeFile(
    at('work', 'dicom.yaml'),
    `recipe: 1
name: dicom
plugins: [./collector.mjs]
data:
  source: { type: folder, root: ../${MARK} archive }
  labels: { file: ../${MARK} lists/${MARK}-labels.csv, path: File, tolerate: 1, columns: ${labels((type) => type, 'Healthy')} }
  split: { type: by-patient, validation: 0.3 }
  image: { size: ${SIDE} }
windows: { brain: { level: 40, width: 80 } }${REST('brain')}`,
  );
  await writeFile(
    at('work', 'pictures.yaml'),
    `recipe: 1
name: pictures
plugins: [./collector.mjs]
data:
  source: { type: pictures, root: ../${MARK} pictures, table: slices.csv, pictures: { brain: file }, patient: who, study: study, number: place, labels: ${labels((type) => type, 'Healthy')} }
  split: { type: by-patient, validation: 0.3 }
  image: { size: ${SIDE} }${REST('brain')}`,
  );
  await writeFile(at('work', 'package.json'), '{}');
  const columns = `path=File,${TYPES.map((type) => `${type}=${type}`).join()},any=!Healthy`;
  const judge = ['--labels', at(`${MARK} lists`, `${MARK}-judge.csv`), '--columns', columns];
  // Whoever follows a run learns no more: event files, the journal, and what a tracker of one's own is given.
  await writeFile(at('work', 'collector.mjs'), COLLECTOR);
  mlflow = await fakeMlflow();
  const tracked = ['--track', 'tensorboard', '--track', 'acme/collector', '--track', `mlflow=${mlflow.origin}`];
  await call('run', 'dicom.yaml', ...tracked);
  await call('evaluate', 'dicom-1', at(`${MARK}.zip`), ...judge);
  await call('predict', 'dicom-1', dicoms(), '--json');
  await call('run', 'pictures.yaml', ...tracked);
  await call('evaluate', 'pictures-1', pictures());
  await call('data', 'inspect', at(`${MARK}.zip`), '--pictures', at('work', 'store', 'sheet.html'));
  await call('data', 'inspect', pictures(), '--recipe', 'pictures.yaml', '--json');
  // What fails names nobody either.
  await ends(2, 'run', 'dicom.yaml', '--set', 'data.labels.tolerate=0');
  await ends(2, 'run', 'dicom.yaml', '--set', 'data.labels.path=Fiel');
  await ends(2, 'run', 'pictures.yaml', '--set', 'data.source.number=who', ...tracked);
}, 500_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every name and every file below a folder. */
async function* filesBelow(root: string): AsyncGenerator<{ name: string; bytes: Buffer }> {
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    yield { name: path.slice(root.length), bytes: entry.isFile() ? await readFile(path) : Buffer.alloc(0) };
  }
}

/** The markers, in each way in which a text may be written. */
const FORMS = [MARK.toLowerCase(), DIGITS].flatMap((mark) => [
  mark,
  Buffer.from(mark, 'utf16le').toString('latin1'),
  Buffer.from(mark).toString('hex'),
  Buffer.from(mark.slice(0, 9)).toString('base64').toLowerCase(),
]);

describe('what runs over private data leave', () => {
  it('names nobody: store, runs, looked-at tables, manifests, pages, logs, ledgers, temporary files', async () => {
    const leaks: string[] = [];
    let count = 0;
    for (const root of [store(), temporary])
      for await (const { name, bytes } of filesBelow(root)) {
        count++;
        const all = `${name}\n${bytes.toString('latin1')}`.toLowerCase();
        for (const form of FORMS) {
          const place = all.indexOf(form);
          if (place >= 0) leaks.push(`${name}: …${all.slice(Math.max(0, place - 60), place + 30)}…`);
        }
      }
    expect(leaks).toEqual([]);
    // The search would find nothing where nothing is.
    expect(count).toBeGreaterThan(60);
    const kinds = (await readdir(store())).sort();
    for (const kind of ['looked-at', 'runs', 'store']) expect(kinds).toContain(kind);
  });

  it('goes to trackers without files that hold rows, pictures or pages of patients', async () => {
    for (const run of ['dicom-1', 'pictures-1']) {
      const tracking = join(store(), 'runs', run, 'tracking');
      const lines = (await readFile(join(tracking, 'acme.collector', 'records.jsonl'), 'utf8')).trim().split('\n');
      const records = lines.map((line) => JSON.parse(line));
      expect(records.map(({ type }) => type)).toEqual(expect.arrayContaining(['begin', 'scalars', 'figures', 'end']));
      const names = records.filter(({ type }) => type === 'artifact').map(({ name }) => name);
      expect(names).toEqual(['history.csv', 'metrics.json']);
      // They are in the journal, for a tracker that the recipe gives them to.
      const journal = await readFile(join(tracking, 'journal.jsonl'), 'utf8');
      expect(journal).toContain('"name":"predictions.csv","holds":"table","identifies":true');
      expect(records[0].params).toMatchObject({ 'data.image.size': SIDE, 'backbone.type': 'small-cnn' });
      expect(Object.keys(records[0].params).filter((path) => path.startsWith('data.source.'))).not.toContain(
        'data.source.root',
      );
      expect(await readdir(join(tracking, 'tensorboard', run))).toContain('backbone');
    }
  });

  it('goes to MLflow without a name, a path or a file of patients, and no password is kept', () => {
    const { heard, files, runs } = mlflow;
    expect(runs.map(({ info }) => [info.run_name, info.status])).toEqual([
      ['dicom-1', 'FINISHED'],
      ['pictures-1', 'FINISHED'],
      ['pictures-2', 'FAILED'],
    ]);
    const names = [...files.keys()].map((path) => path.split('/').at(-1));
    expect([...new Set(names)].sort()).toEqual(['history.csv', 'metrics.json', 'recipe.yaml']);
    const authorization = `Basic ${Buffer.from(`ada:${MARK}-password`).toString('base64')}`;
    for (const text of heard) {
      expect(text).toContain(authorization);
      const rest = text.replace(authorization, '').toLowerCase();
      for (const form of [...FORMS, folder.toLowerCase()]) expect(rest).not.toContain(form);
    }
  });

  it('is said without a name on the terminal too', () => {
    const all = said.join('\n').toLowerCase();
    expect(all).toContain('no dicom');
    for (const form of FORMS) {
      const place = all.indexOf(form);
      expect(place, all.slice(Math.max(0, place - 80), place + 40)).toBe(-1);
    }
  });

  it('holds no hash that a guess could be held against: of a file, a table, a path, an id', async () => {
    const hashes = new Map<string, string>();
    // As much of it as anybody would keep.
    for (const [what, value] of guesses)
      for (const algorithm of ['sha256', 'sha1', 'md5'])
        hashes.set(createHash(algorithm).update(value).digest('hex').slice(0, 16), `${algorithm} of ${what}`);
    const found: string[] = [];
    for await (const { name, bytes } of filesBelow(store())) {
      const all = `${name}\n${bytes.toString('latin1')}`;
      // Whatever part of a longer text it is.
      for (const [digits] of all.matchAll(/[0-9a-f]{16,}/g))
        for (let i = 0; i + 16 <= digits.length; i++) {
          const what = hashes.get(digits.slice(i, i + 16));
          if (what !== undefined) found.push(`${name}: ${what}`);
        }
    }
    expect(found).toEqual([]);
  });

  it('can be told on this machine, where key and data are: of files, of a zip, of pictures with their row', async () => {
    const who = async (run: string) => {
      const [head = '', first = ''] = (await readFile(join(store(), 'runs', run, 'predictions.csv'), 'utf8')).split(
        '\n',
      );
      const slice = first.split(',')[head.split(',').indexOf('slice')] ?? '';
      const args = ['data', 'whois', slice, '--store', store()];
      return ichor(args, { cwd: at('work'), env: { ICHOR_CONFIG: at('config') } });
    };
    for (const run of ['dicom-1', 'dicom-evaluate-1']) expect((await who(run)).out).toContain(`1.2.${DIGITS}.`);
    const { out, err } = await who('pictures-1');
    expect(out, err).toMatch(
      new RegExp(
        `^slice [0-9a-f]{20}  .*\\(patient ${MARK}-${DIGITS}\\d, line \\d+ of the table, ${MARK}\\d/${MARK}\\d\\.png\\)$`,
        'm',
      ),
    );
    // Another user has no key.
    const stranger = await ichor(['data', 'whois', '123456', '--store', store()], {
      cwd: at('work'),
      env: { ICHOR_CONFIG: at('stranger') },
    });
    expect(stranger).toMatchObject({ status: 2, out: '' });
  }, 60_000);

  it('is told apart all the same: each file has a fate, and the evaluation has its labels', async () => {
    const run = JSON.parse(await readFile(join(store(), 'runs', 'dicom-1', 'run.json'), 'utf8'));
    const index = join(store(), 'store', 'index', run.artifacts.index.key);
    const { found, leftOut } = JSON.parse(await readFile(join(index, 'ledger.json'), 'utf8'));
    expect(found.files).toBe(20);
    const reasons = new Set(leftOut.map(({ reason }: { reason: string }) => reason));
    for (const reason of ['not-dicom', 'bad-label-row', 'label-without-slice']) expect(reasons).toContain(reason);
    const page = await readFile(join(store(), 'runs', 'dicom-evaluate-1', 'report.html'), 'utf8');
    // One slice is there twice: its label names the file that was left out.
    expect(page).toContain('Judged by the labels of 14 slices.');
  });
});

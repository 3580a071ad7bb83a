import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openRegistry } from '../../../src/cli/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { contactSheet, evenly } from '../../../src/runtime/inspect/contact-sheet.ts';
import { contactSheetPage } from '../../../src/runtime/inspect/contact-sheet-page.ts';
import { indexSource } from '../../../src/runtime/inspect/index-source.ts';
import { inspectionOf } from '../../../src/runtime/inspect/inspect.ts';
import { openPlaces } from '../../../src/runtime/inspect/open-any.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { seriesChoice } from '../../../src/runtime/stages/index/choose-series.ts';
import { describeInChromium, itIsSound } from '../../browser.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';
import { folderOf, PICTURES, png8, row, TABLE } from '../stages/picture-folder.ts';

const registry = openRegistry();
const { signal } = new AbortController();
const SIDE = 64;
/** Left half water (0 HU), right half 80 HU; air above the middle. */
const words = Array.from({ length: SIDE * SIDE }, (_, i) =>
  i < (SIDE * SIDE) / 2 ? 24 : i % SIDE < SIDE / 2 ? 1024 : 1104,
);
const DICOM = {
  data: { source: 'folder' },
  windows: { brain: { level: 40, width: 80 }, bone: { level: 600, width: 2800 } },
};

async function sheetOf(root: string, of: object, { showIds = false } = {}) {
  const { recipe, diagnostics } = await resolveText(
    JSON.stringify({
      recipe: 1,
      name: 'x',
      channels: ['brain', 'bone'],
      augment: [],
      backbone: 'small-cnn',
      sequence: 'none',
      ...of,
    }),
    { registry, training: false },
  );
  if (recipe === null) throw new Error(diagnostics.map(({ message }) => message).join());
  const opened = await openPlaces([root], recipe, registry, { showIds });
  const { source, contract } = opened;
  const identities = identitiesOf(showIds ? 'public' : 'private', Buffer.alloc(32, 5));
  const how = { ...opened, identities, choice: seriesChoice(recipe, registry, contract), signal };
  const indexed = await indexSource(source, how);
  const found = await inspectionOf(source, indexed, how);
  const sheet = await contactSheet(source, indexed, found, { recipe, registry, identities, contract, signal });
  return { sheet, page: contactSheetPage({ sheet, hashed: !showIds, version: '1.2.3' }) };
}

/** Mean grey value of a quarter of a picture: 0 of the upper left, 3 of the lower right. */
async function grey(url: string, quarter: number): Promise<number> {
  const half = 48;
  const image = sharp(Buffer.from(url.split(',')[1] ?? '', 'base64'));
  const [left, top] = [quarter % 2 === 0 ? 8 : 72, quarter < 2 ? 8 : 72];
  const values = await image.extract({ left, top, width: half, height: half }).raw().toBuffer();
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Two series of one study, of which one is chosen: a localiser is none. */
const dicoms = () =>
  kaggleFolder(
    [
      ...series('a', 20, { rows: SIDE, columns: SIDE, words }),
      ...series('b', 2, {
        rows: SIDE,
        columns: SIDE,
        words,
        study: 'S_a',
        patient: 'P_a',
        orientation: [1, 0, 0, 0, 0, -1],
      }),
    ].map((slice, i) => ({ ...slice, words: words.map((word, k) => (k === i ? word + 1 : word)) })),
    { csv: false },
  ).then((root) => join(root, 'stage_2_train'));

describe('a contact sheet', () => {
  it('shows slices of the chosen series, from first to last, in the windows of the recipe', async () => {
    const { sheet, page } = await sheetOf(await dicoms(), DICOM);
    expect(sheet.series).toHaveLength(1);
    const [{ slices } = { slices: [] }] = sheet.series;
    expect(slices.map(({ row: { order } }) => order)).toEqual([0, 2, 3, 5, 7, 9, 10, 12, 14, 16, 17, 19]);
    const [brain, bone] = slices[0]?.images ?? [];
    expect([brain?.channel, brain?.window, bone?.channel, bone?.window]).toEqual([
      'brain',
      '40/80 HU',
      'bone',
      '600/2800 HU',
    ]);
    // 0 HU is black and 80 HU white in the brain window; in the bone window they are nearly one grey.
    expect(await grey(brain?.url ?? '', 2)).toBeLessThan(3);
    expect(await grey(brain?.url ?? '', 3)).toBeGreaterThan(252);
    expect(Math.abs((await grey(bone?.url ?? '', 2)) - 255 * (800 / 2800))).toBeLessThan(2);
    expect(page.match(/<img /g)).toHaveLength(24);
    expect(page).toContain('place 19, 95.0 mm');
  });

  it('names nothing where ids are private, and says who can tell', async () => {
    const root = await dicoms();
    const { page } = await sheetOf(root, DICOM);
    for (const name of ['P_a', 'S_a', 'R_a', 'ID_a', '.dcm', root]) expect(page).not.toContain(name);
    expect(page).toMatch(/Patient [0-9a-f]{8} · study [0-9a-f]{8} · series/);
    expect(page).toContain('ichor data whois');
    const shown = await sheetOf(root, DICOM, { showIds: true });
    expect(shown.page).toContain('Patient P_a · study S_a · series');
  });

  it('says SYNTHETIC of what was generated', async () => {
    const root = join(await dicoms(), '..');
    await writeFile(join(root, 'phantom.json'), '{}');
    const { page } = await sheetOf(root, { ...DICOM, data: { source: 'rsna' } });
    expect(page).toMatch(/<title>SYNTHETIC · /);
    for (const [, alt] of page.matchAll(/<img [^>]*alt="([^"]*)"/g)) expect(alt).toMatch(/^SYNTHETIC · /);
    expect(page).not.toContain('personal data');
  });

  it('says so of a part of a phantom too, which its files alone tell', async () => {
    const text = `{ recipe: 1, name: p, data: { source: { type: phantom, studies: 2, testStudies: 0, size: 64, minimumSlices: 8, maximumSlices: 8 } }, windows: { brain: { level: 40, width: 80 } }, channels: [brain], augment: [], backbone: small-cnn, sequence: none }`;
    const { recipe } = await resolveText(text, { registry, training: false });
    const root = await folderOf({});
    const phantom = registry.get('source', 'phantom');
    await phantom?.generate?.(recipe!.data.source, { folder: root, seed: 0, signal, progress: async () => {} });
    const { sheet, page } = await sheetOf(join(root, 'stage_2_train'), DICOM);
    expect(sheet).toMatchObject({ synthetic: true, series: [{ synthetic: true }, { synthetic: true }] });
    expect(page).toMatch(/<title>SYNTHETIC · /);
    expect(page.match(/<h3 [^>]*>SYNTHETIC · Patient/g)).toHaveLength(2);
  });

  it('shows pictures with a table as they are, and what cannot be decoded in words', async () => {
    const root = await folderOf({
      'table.csv': `${[TABLE, row(7, 1), row(7, 2)].join('\n')}\n`,
      '007/brain/1.png': await png8(() => 200, 32),
      '007/bone/1.png': await png8(() => 50, 32),
      '007/brain/2.png': (await png8((i) => i % 256, 32)).subarray(0, 300),
      '007/bone/2.png': await png8(() => 50, 32),
    });
    const { showIds: _, ...source } = PICTURES;
    const { sheet, page } = await sheetOf(root, {
      data: { source: { type: 'pictures', ...source } },
      evaluation: { metrics: ['mean-log-loss'] },
    });
    const [{ slices } = { slices: [] }] = sheet.series;
    expect(slices[0]?.images.map(({ channel, window }) => [channel, window])).toEqual([
      ['brain', '40/120 HU'],
      ['bone', null],
    ]);
    expect(Math.abs((await grey(slices[0]?.images[0]?.url ?? '', 0)) - 200)).toBeLessThan(2);
    expect(slices[1]).toMatchObject({ images: [], problem: 'it cannot be decoded' });
    expect(page).toContain('No picture: it cannot be decoded.');
  });

  it('takes the first, the last and as many between', () => {
    expect(evenly([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(evenly([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 3, 6]);
  });
});

describeInChromium(
  'the contact sheet',
  async (folder) => {
    const { page } = await sheetOf(await dicoms(), DICOM);
    await writeFile(join(folder, 'sheet.html'), page);
    expect(await readFile(join(folder, 'sheet.html'), 'utf8')).toContain('class="sheet"');
  },
  (chromium) => itIsSound(chromium, 'sheet.html'),
);

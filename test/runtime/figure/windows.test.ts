import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ichor } from '../../cli.ts';

const RECIPE = `recipe: 1
name: views
data: { source: { type: phantom, studies: 2, testStudies: 0, minimumSlices: 3, maximumSlices: 3, size: 64 }, image: { size: 32 } }
windows: { brain: { level: 40, width: 80 }, bone: { level: 600, width: 2800 } }
channels: [brain, bone]
augment: []
backbone: small-cnn
sequence: none
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-figure-'));
  await writeFile(join(folder, 'views.yaml'), RECIPE);
  const made = await ichor(['data', 'phantom', 'data', '--set', 'studies=1', '--set', 'size=64', '--quiet'], {
    cwd: folder,
  });
  expect(made, made.err).toMatchObject({ status: 0 });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const figure = (...args: string[]) => ichor(['figure', 'windows', 'views.yaml', '--quiet', ...args], { cwd: folder });
/** PNGs of a figure, in its order. */
async function panels(file: string): Promise<{ data: Buffer; width: number; channels: number }[]> {
  const svg = await readFile(join(folder, file), 'utf8');
  const found = [...svg.matchAll(/href="data:image\/png;base64,([^"]*)"/g)];
  return Promise.all(
    found.map(async ([, base64]) => {
      const { data, info } = await sharp(Buffer.from(base64 as string, 'base64'))
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { data, width: info.width, channels: info.channels };
    }),
  );
}

async function aFile(): Promise<string> {
  const labels = await readFile(join(folder, 'data/stage_2_train.csv'), 'utf8');
  const id = /^(ID_\w+)_any,/m.exec(labels)?.[1];
  return `${id}`;
}

it('draws a file through each window, and its channels as red and green, the same numbers', async () => {
  const id = await aFile();
  const made = await figure(
    '--file',
    `data/stage_2_train/${id}.dcm`,
    '--out',
    'file.svg',
    '--set',
    'data.image.size=64',
  );
  expect(made, made.err).toMatchObject({ status: 0 });
  const [brain, bone, composed] = await panels('file.svg');
  // At the slice's own size nothing is resized: red is the first panel, green the second, blue nothing.
  expect(composed).toMatchObject({ width: 64, channels: 3 });
  const plane = ({ data, channels }: { data: Buffer; channels: number }, channel: number) =>
    [...data].filter((_, i) => i % channels === channel);
  expect(plane(composed!, 0)).toEqual(plane(brain!, 0));
  expect(plane(composed!, 1)).toEqual(plane(bone!, 0));
  expect(new Set(plane(composed!, 2))).toEqual(new Set([0]));
  expect(new Set(plane(brain!, 0)).size).toBeGreaterThan(20);
  const svg = await readFile(join(folder, 'file.svg'), 'utf8');
  expect(svg).toContain('level 600, width 2800: −800 to 2000 HU');
  expect(svg).toContain('brain as red, bone as green; 64 × 64');
  expect(svg).not.toContain(id);
  // The file lies in no folder that is marked: it says itself that a phantom made it.
  expect(svg).toMatch(/<title>SYNTHETIC · /);
  expect(svg.match(/>SYNTHETIC<\/text>/g)).toHaveLength(3);
}, 60_000);

it('marks no file that a phantom did not make', async () => {
  const bytes = await readFile(join(folder, `data/stage_2_train/${await aFile()}.dcm`));
  const at = bytes.indexOf('ICHOR_PHANTOM');
  expect(at).toBeGreaterThan(0);
  bytes.write('SCANNER_1    ', at, 'latin1');
  await writeFile(join(folder, 'scanner.dcm'), bytes);
  const made = await figure('--file', 'scanner.dcm', '--out', 'scanner.svg');
  expect(made, made.err).toMatchObject({ status: 0 });
  expect(await readFile(join(folder, 'scanner.svg'), 'utf8')).not.toContain('SYNTHETIC');
}, 60_000);

it('draws a slice of the recipe’s source by its id, marked as SYNTHETIC in every panel', async () => {
  const made = await figure('--slice', 'no-such-slice', '--out', 'slice.svg');
  expect(made.status).toBe(2);
  expect(made.err).toContain('error[slice-unknown]');
  const source = ['--set', 'data.source={type: rsna, root: data}'];
  const id = await aFile();
  const found = await figure('--slice', id, '--out', 'slice.svg', ...source);
  expect(found, found.err).toMatchObject({ status: 0 });
  const svg = await readFile(join(folder, 'slice.svg'), 'utf8');
  expect(svg).toMatch(/<title>SYNTHETIC · /);
  expect(svg.match(/>SYNTHETIC<\/text>/g)).toHaveLength(3);
}, 60_000);

it('says which windows are channels of the recipe, and in which place', async () => {
  const file = `data/stage_2_train/${await aFile()}.dcm`;
  const captions = async (...args: string[]) => {
    expect((await figure('--file', file, '--out', 'channels.svg', ...args)).status).toBe(0);
    const svg = await readFile(join(folder, 'channels.svg'), 'utf8');
    return [...svg.matchAll(/>(channel \d|not a channel of this recipe)<\/text>/g)].map(([, text]) => text);
  };
  expect(await captions()).toEqual(['channel 1', 'channel 2']);
  expect(await captions('--set', 'channels=[bone]')).toEqual(['not a channel of this recipe', 'channel 1']);
}, 60_000);

it('writes a PNG where the file is one, and refuses another ending and two slices', async () => {
  const file = `data/stage_2_train/${await aFile()}.dcm`;
  expect((await figure('--file', file, '--out', 'file.png')).status).toBe(0);
  expect((await sharp(join(folder, 'file.png')).metadata()).format).toBe('png');
  expect((await figure('--file', file, '--out', 'file.pdf')).err).toContain('error[figure-format]');
  expect((await figure('--file', file, '--slice', 'x')).err).toContain('error[figure-of-two]');
  const none = await figure('--file', 'views.yaml', '--out', 'x.svg');
  expect(none.err).toContain('error[slice-unusable]');
  expect(none.err).toContain('views.yaml is no DICOM file');
  expect(none.err).toContain('Name a CT slice as a DICOM file');
}, 60_000);

it('names a file that cannot be read, and says what helps there', async () => {
  const gone = await figure('--file', 'gone/x.dcm', '--out', 'x.svg');
  expect(gone.status).toBe(2);
  expect(gone.err).toContain('error[file-unreadable]');
  expect(gone.err).toContain('The file gone/x.dcm is not there.');
  expect(gone.err).toContain('Correct the path');
  expect(gone.err).not.toContain('uncompressed');
  expect((await figure('--file', 'data', '--out', 'x.svg')).err).toContain('The file data is a folder.');
}, 60_000);

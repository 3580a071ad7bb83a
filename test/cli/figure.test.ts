import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ichor, top } from '../cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-figure-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recipe = join(top, 'recipes', 'inception-seq-aug.yaml');

it('a figure without --out goes into the store, says where, and does not speak of weights', async () => {
  const { status, out, err } = await ichor(['figure', 'architecture', recipe], { cwd: folder });
  expect([status, err]).toEqual([0, '']);
  const file = join('.ichor', 'figures', 'inception-seq-aug-architecture.svg');
  expect(out).toBe(`wrote ${file}\n`);
  expect(await readFile(join(folder, file), 'utf8')).toContain('</svg>');
  expect(await readdir(folder)).toEqual(['.ichor']);
});

it('--smoke is an option of the architecture, whose networks it changes, and not of the windows', async () => {
  const help = (kind: string) => ichor(['figure', kind, '--help']);
  const { out } = await help('architecture');
  expect(out.replaceAll(/\s+/g, ' ')).toContain('--smoke the networks that a smoke run trains: from scratch');
  expect((await help('windows')).out).not.toContain('smoke');
  await ichor(['figure', 'architecture', recipe, '--smoke', '--out', 'smoke.svg', '--quiet'], { cwd: folder });
  const svg = await readFile(join(folder, 'smoke.svg'), 'utf8');
  expect(svg).toContain('SMOKE · inception-seq-aug');
  expect(svg).toContain('from scratch');
});

it('with --store in that one, and with --out where it is said', async () => {
  const options = { cwd: folder };
  await ichor(['figure', 'architecture', recipe, '--store', 'kept', '--quiet'], options);
  expect(existsSync(join(folder, 'kept', 'figures', 'inception-seq-aug-architecture.svg'))).toBe(true);
  await ichor(['figure', 'architecture', recipe, '--out', 'here.svg', '--quiet'], options);
  expect(existsSync(join(folder, 'here.svg'))).toBe(true);
});

it('a figure of augmentations shows those of the recipe and all of them together, or each that there is', async () => {
  const small = ['--set', 'data.image.size=75', '--draws', '1', '--quiet'];
  const drawn = async (...words: string[]) => {
    const { status, err } = await ichor(['figure', 'augmentations', recipe, ...small, ...words], { cwd: folder });
    expect(status, err).toBe(0);
    const svg = await readFile(join(folder, words.at(-1) as string), 'utf8');
    return { svg, pictures: [...svg.matchAll(/href="(data:image\/png[^"]+)"/g)].map(([, url]) => url) };
  };
  const own = await drawn('--out', 'own.svg');
  expect(own.svg).toContain('SYNTHETIC · inception-seq-aug');
  // As it is, three augmentations, all of them.
  expect(own.pictures.length).toBe(5);
  expect(new Set(own.pictures.slice(0, 4)).size).toBe(4);
  expect((await drawn('--out', 'again.svg')).svg).toBe(own.svg);
  const all = await drawn('--all', '--out', 'all.svg');
  for (const name of ['erasing', 'noise', 'flip-vertical']) expect(all.svg).toContain(`>${name}</text>`);
  expect(new Set(all.pictures).size).toBe(all.pictures.length);
  const { status, err } = await ichor(['figure', 'augmentations', recipe, '--set', 'augment=[]'], { cwd: folder });
  expect([status, err]).toEqual([2, expect.stringMatching(/figure-empty[\s\S]*--all/)]);
}, 120_000);

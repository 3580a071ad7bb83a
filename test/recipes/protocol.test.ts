import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import type { PhantomParams } from '../../plugins/sources/phantom/params.ts';
import { drawRoster } from '../../plugins/sources/phantom/roster.ts';
import byPatient from '../../plugins/splits/by-patient.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';
import { resolveTable } from '../../src/registry/table/resolve-table.ts';

const top = fileURLToPath(new URL('../../recipes/', import.meta.url));
const registry = createRegistry(builtIn);
const resolve = (file: string, profile: readonly string[] = []) =>
  resolveRecipe(join(top, file), { registry, cwd: top, profile });

const inFolder = (folder: string) =>
  existsSync(join(top, folder))
    ? readdirSync(join(top, folder))
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => join(folder, name))
    : [];
const ROWS = ['inception-1w', 'inception-3w', 'inception-aug-3w', 'inception-seq-1w', 'inception-seq-aug']
  .concat('inception-seq-noaug', 'resnet50-1w', 'resnet50-3w')
  .map((name) => `${name}.yaml`);
const OTHERS = [...inFolder('ablations'), ...inFolder('controls'), ...inFolder('as-released')];
/** On patients: what holds of them stands in real-patients.test.ts. */
const REAL = ['ct-ich', 'ct-ich-heads', 'rsna-slices'].map((name) => join('tables', `${name}.yaml`));
const TABLES = inFolder('tables').filter((file) => !REAL.includes(file));
const PROFILES = [[], ['sample'], ['ci'], ['smoke']];
/** What settings were chosen with: never what a claim is decided on. */
const DEVELOPMENT = { seeds: [0, 1, 2, 3], data: 1 };

// An error in a contrast is an error of check: these hold all of them, under every profile.
describe.each([...ROWS, ...OTHERS])('%s', (file) => {
  test.each(PROFILES.map((profile) => [profile]))('checks without an error under %j', async (profile) => {
    const { diagnostics } = await resolve(file, profile);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('profiles of the rows', () => {
  test.each(ROWS)('%s: ci and sample change data, network size and training, not what the row is', async (file) => {
    const { recipe: full } = await resolve(file);
    for (const profile of ['ci', 'sample']) {
      const { recipe } = await resolve(file, [profile]);
      if (!full || !recipe || full.backbone === 'none' || recipe.backbone === 'none') throw new Error(file);
      for (const part of ['channels', 'augment', 'windows', 'evaluation', 'seed', 'name'] as const)
        expect(recipe[part], part).toEqual(full[part]);
      expect(recipe.backbone).toMatchObject({ type: full.backbone.type, weights: 'none', batchNorm: 'trained' });
      if (profile === 'sample') expect(recipe.backbone).toMatchObject({ width: 1, blocks: 1 });
      if (full.sequence === 'none' || recipe.sequence === 'none') expect(recipe.sequence).toBe(full.sequence);
      else expect({ ...recipe.sequence, cells: 0 }).toEqual({ ...full.sequence, cells: 0 });
    }
  });

  test('every row runs the same networks and training under ci', async () => {
    const all = await Promise.all(ROWS.map(async (file) => (await resolve(file, ['ci'])).recipe));
    for (const recipe of all) {
      expect(recipe?.data).toEqual(all[0]?.data);
      expect(recipe?.train).toEqual(all[0]?.train);
      expect({ ...(recipe?.backbone as object), type: '' }).toEqual({ ...(all[0]?.backbone as object), type: '' });
    }
  });

  test.each(['inception-3w.yaml', 'controls/by-patient.yaml'])(
    '%s: ci validates on enough patients for F1, twenty at least, five of them with and five without',
    async (file) => {
      const { recipe } = await resolve(file, ['ci']);
      if (!recipe) throw new Error('no recipe');
      const { source, split, seed } = recipe.data;
      const params = source as unknown as PhantomParams;
      const patients = new Map<string, boolean>();
      for (const { patient, type } of drawRoster(seed, 'train', params.studies, params))
        patients.set(String(patient), patients.get(String(patient)) === true || type !== null);
      const sides = byPatient.assign(
        [...patients].map(([patient, any]) => ({
          patient,
          group: patient,
          slices: [{ slice: patient, series: patient, any }],
        })),
        split as unknown as { validation: number },
        seed,
      );
      const validating = [...patients].filter(([patient]) => sides.get(patient) === 'validation');
      expect(validating.length).toBeGreaterThanOrEqual(20);
      expect(validating.filter(([, any]) => any).length).toBeGreaterThanOrEqual(5);
      expect(validating.filter(([, any]) => !any).length).toBeGreaterThanOrEqual(5);
    },
  );
});

test('by-patient under ci has patients of 90 slices and more, whose sequences are sampled', async () => {
  const { recipe } = await resolve('controls/by-patient.yaml', ['ci']);
  if (!recipe || recipe.sequence === 'none') throw new Error('no recipe');
  const params = recipe.data.source as unknown as PhantomParams;
  const slices = new Map<number, number>();
  for (const { patient } of drawRoster(recipe.data.seed, 'train', params.studies, params))
    slices.set(patient, (slices.get(patient) ?? 0) + params.minimumSlices);
  expect([...slices.values()].filter((count) => count >= 90).length).toBeGreaterThanOrEqual(10);
  expect(recipe.sequence).toMatchObject({ group: 'patient', steps: 60, training: 'regular' });
});

describe('ablations (facts 1.4)', () => {
  test.each([
    ['layers', [1, 2, 3, 4]],
    ['cells', [64, 128, 256, 512]],
    ['dropout', [0.1, 0.3, 0.5, 0.7]],
  ] as const)('%s varies alone, five times each, with the others held', async (name, values) => {
    const { sweep } = await resolve(`ablations/${name}.yaml`);
    const recipes = (sweep?.recipes ?? []).map((point) => point.recipe());
    expect(recipes.length).toBe(20);
    const held = { layers: 2, cells: 128, dropout: 0.5 };
    expect(new Set(recipes.map(({ seed }) => seed))).toEqual(new Set([0, 1, 2, 3, 4]));
    for (const value of values) {
      const own = recipes.filter(({ sequence }) => (sequence as unknown as Record<string, number>)[name] === value);
      expect(own.length).toBe(5);
      for (const recipe of own) {
        expect(recipe.sequence).toMatchObject({ ...held, [name]: value });
        expect(recipe.train.sequence).toMatchObject({ epochs: 5, optimizer: { learningRate: 1e-5 } });
      }
    }
  });
});

describe.each(TABLES)('%s', (file) => {
  test.each(PROFILES.slice(0, 3).map((profile) => [profile]))('checks without an error under %j', async (profile) => {
    const { table, diagnostics } = await resolveTable(join(top, file), { registry, cwd: top, profile });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(table?.rows.length).toBeGreaterThan(1);
  });

  test('what it claims is decided on at least five seeds or sets of heads, and on phantoms that no setting was chosen with', async () => {
    const { table } = await resolveTable(join(top, file), { registry, cwd: top, profile: ['ci'] });
    const claims = table?.claims ?? [];
    for (const { name, runs, seeds, dataSeeds } of table?.rows ?? []) {
      const own = claims.filter(({ row, than }) => row === name || than === name);
      if (own.length === 0) continue;
      // What a claim is repeated over: trainings on one set of heads, or sets of heads.
      for (const { design } of own) expect((design === 'nested' ? dataSeeds : seeds).length).toBeGreaterThanOrEqual(5);
      for (const run of runs) {
        const { seed, data } = run.recipe();
        expect(DEVELOPMENT.seeds).not.toContain(seed);
        expect(data.seed).not.toBe(DEVELOPMENT.data);
        expect(data.source.type).toBe('phantom');
      }
    }
  });
});

test('the selection gates one positive control and one of equality, on data of its own', async () => {
  const file = join(top, 'tables/selection.yaml');
  const { table, diagnostics } = await resolveTable(file, { registry, cwd: top, profile: ['ci'] });
  expect(diagnostics.filter(({ severity, code }) => severity === 'error' || code.startsWith('claim-'))).toEqual([]);
  const gates = table?.claims.filter(({ gate }) => gate) ?? [];
  expect(gates.map(({ question, expect: expected }) => [question.kind, expected])).toEqual([
    ['better', 'holds'],
    ['same', 'holds'],
  ]);
  for (const { runs } of table?.rows ?? []) for (const { recipe } of runs) expect(recipe().data.seed).toBe(500);
});

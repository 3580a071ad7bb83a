import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import type { ResolvedRecipe } from '../../src/registry/recipe.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';
import { resolveTable } from '../../src/registry/table/resolve-table.ts';
import type { Table } from '../../src/registry/table/table.ts';
import { differences } from '../../src/registry/values/differences.ts';
import { formatPath } from '../../src/registry/values/path.ts';
import type { Plain } from '../../src/registry/values/value.ts';
import { planRecipe } from '../../src/runtime/plan/plan.ts';

const top = fileURLToPath(new URL('../../recipes/', import.meta.url));
const registry = createRegistry(builtIn);
const recipes = ['ct-ich', 'rsna-slices'].flatMap((folder) =>
  readdirSync(join(top, folder)).map((name) => join(folder, name)),
);
const resolve = (file: string, options = {}) => resolveRecipe(join(top, file), { registry, cwd: top, ...options });
/** Each is resolved once: that of the second networks has 130 runs. */
const resolved = new Map<string, Promise<Table>>();
function tableOf(name: string): Promise<Table> {
  const known = resolved.get(name) ?? resolvedTable(name);
  resolved.set(name, known);
  return known;
}
async function resolvedTable(name: string): Promise<Table> {
  const { table, diagnostics } = await resolveTable(join(top, 'tables', `${name}.yaml`), { registry, cwd: top });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return table as Table;
}
const recipeOf = ({ rows }: Table, name: string): ResolvedRecipe =>
  rows.find((row) => row.name === name)!.runs[0]!.recipe();

/** Paths in which two recipes differ, but for what says nothing of a result. */
function differing(a: ResolvedRecipe, b: ResolvedRecipe): string[] {
  const compared = ({ name: _, contrast: __, notes: ___, ...rest }: ResolvedRecipe) => rest as unknown as Plain;
  return differences(compared(a), compared(b)).map(({ path }) => formatPath(path));
}

/** Labels of fewer than 16 patients, or of 14 slices (READMEs of the sets). */
const FEW = { 'ct-ich': ['intraventricular', 'subarachnoid', 'subdural'], 'rsna-slices': ['epidural'] };

test.each(recipes)('%s checks without an error, as it is and under smoke', async (file) => {
  for (const smoke of [false, true]) {
    const { recipe, diagnostics } = await resolve(file, { smoke });
    const said = diagnostics.filter(({ severity }) => severity !== 'note').map(({ code }) => code);
    expect(said).toEqual(file.startsWith('rsna-slices') ? ['patients-unknown'] : []);
    expect(recipe?.data.source.root).toMatch(/^data\//);
  }
});

describe.each(['ct-ich', 'ct-ich-heads', 'rsna-slices'])('the table %s', (name) => {
  test('runs each row over five folds, of patients where they are known', async () => {
    const { rows } = await tableOf(name);
    for (const { runs, folds, baseline } of rows.filter((row) => row.baseline === null)) {
      expect([folds, baseline]).toEqual([5, null]);
      const splits = runs.map((run) => run.recipe().data.split);
      expect(new Set(splits.map(({ fold }) => fold))).toEqual(new Set([0, 1, 2, 3, 4]));
      for (const split of splits)
        expect(split).toMatchObject({ type: 'k-fold', by: name === 'rsna-slices' ? 'slice' : 'patient', folds: 5 });
    }
  });

  test('keeps no epoch by the fold that is reported, and draws nothing of the data anew', async () => {
    for (const { runs } of (await tableOf(name)).rows)
      for (const run of runs) {
        const { train, data, calibration } = run.recipe();
        for (const { checkpoint, earlyStopping } of [train.backbone, train.sequence])
          expect([JSON.stringify(checkpoint), earlyStopping]).toEqual([expect.not.stringContaining('best'), null]);
        expect([data.seed, calibration]).toEqual([0, 'none']);
      }
  });

  test('states of each claim what it does not say, and no gate', async () => {
    const { claims, rows } = await tableOf(name);
    expect(claims.length).toBeGreaterThan(1);
    for (const { limit, gate, design, attempts } of claims) {
      expect(limit, name).toMatch(/\w/);
      expect([gate, design, attempts]).toEqual([false, 'crossed', 1]);
    }
    // Five seeds decide; of fewer no outcome but that is expected.
    for (const { row, expect: expected } of claims) {
      const seeds = rows.find((one) => one.name === row)!.seeds.length;
      if (seeds < 5 && expected !== null) expect(expected).toBe('undecided');
    }
  });

  test('has no figure of a label with few positives', async () => {
    const few = FEW[name === 'rsna-slices' ? 'rsna-slices' : 'ct-ich'];
    for (const figure of (await tableOf(name)).figures)
      for (const label of few) expect(figure).not.toContain(`(${label}`);
  });
});

describe('arms differ in what they are read for', () => {
  test('from scratch and from ImageNet in the weights alone', async () => {
    for (const name of ['ct-ich', 'rsna-slices']) {
      const table = await tableOf(name);
      expect(differing(recipeOf(table, 'lite0'), recipeOf(table, 'scratch')), name).toEqual(['backbone.weights']);
    }
  });

  test('second networks read the same embeddings: of each fold one backbone, whatever the seed', async () => {
    const { rows } = await tableOf('ct-ich-heads');
    const keysOf = (names: string[]) =>
      new Set(
        rows
          .filter(({ name }) => names.includes(name))
          .flatMap(({ runs }) =>
            runs.map((run) => {
              const recipe = run.recipe();
              const { slice, seed } = planRecipe(recipe, registry).instances.find(({ id }) => id === 'backbone')!;
              return JSON.stringify([slice, seed, recipe.data.split]);
            }),
          ),
      );
    expect(keysOf(['lite0', 'smoothing', 'sequence', 'per-slice']).size).toBe(5);
    expect(keysOf(['frozen-sequence', 'frozen-per-slice']).size).toBe(5);
    // The base that the table of backbones trains is the one that they read.
    const base = recipeOf(await tableOf('ct-ich'), 'lite0');
    expect(differing(base, recipeOf({ rows } as unknown as Table, 'lite0'))).toEqual([]);
  });

  test('a sequence model and the slice-wise one are trained alike', async () => {
    const table = await tableOf('ct-ich-heads');
    for (const [one, other] of [
      ['sequence', 'per-slice'],
      ['frozen-sequence', 'frozen-per-slice'],
    ] as const)
      expect(differing(recipeOf(table, one), recipeOf(table, other))).toEqual(['sequence']);
  });
});

test('no picture of a patient and no weight trained on one is in the repository', () => {
  // What the package takes, but for dist/, and the scripts that read pictures.
  for (const folder of ['docs', 'recipes', 'schema', 'examples', 'scripts', 'plugins', 'src']) {
    const files = readdirSync(join(top, '..', folder), { recursive: true }).map(String);
    expect(files.length).toBeGreaterThan(0);
    expect(
      files.filter((file) => /\.(jpe?g|tiff?|dcm|zip|safetensors|h5|npy|bin)$/i.test(file)),
      folder,
    ).toEqual([]);
  }
});

import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import type { ResolvedRecipe } from '../../src/registry/recipe.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';
import { figureNames } from '../../src/registry/table/figure-names.ts';
import { resolveTable } from '../../src/registry/table/resolve-table.ts';
import type { Table } from '../../src/registry/table/table.ts';
import { differences } from '../../src/registry/values/differences.ts';
import { formatPath } from '../../src/registry/values/path.ts';
import type { Plain } from '../../src/registry/values/value.ts';

const top = fileURLToPath(new URL('../../recipes/', import.meta.url));
const registry = createRegistry(builtIn);
const recipe = async (file: string) => (await resolveRecipe(`${top}${file}`, { registry, cwd: top })).recipe!;
const table = async (name: string, profile: string[] = []) =>
  (await resolveTable(`${top}tables/${name}.yaml`, { registry, cwd: top, profile })).table!;
const of = ({ rows }: Table, name: string): ResolvedRecipe => rows.find((row) => row.name === name)!.runs[0]!.recipe();

/** Paths in which two recipes differ, but for what says nothing of a result. */
function differing(a: ResolvedRecipe, b: ResolvedRecipe): string[] {
  const compared = ({ name: _, contrast: __, notes: ___, ...rest }: ResolvedRecipe) => rest as unknown as Plain;
  return differences(compared(a), compared(b)).map(({ path }) => formatPath(path));
}

describe('the released protocol', () => {
  test('says every departure that is known, those that are not repeated too', async () => {
    const { notes, train } = await recipe('as-released/inception-seq-aug.yaml');
    const said = (word: RegExp) => notes.filter((note) => word.test(note));
    for (const departure of [
      /split is of slices/,
      /JPEG/,
      /brain pixels do not train/,
      /epsilon is 1e-8/,
      /more than two positive slices anywhere/,
      /second split, of patients/,
      /studies interleave/,
      /padded at the front/,
      /learning rate is the code's default/,
    ])
      expect(said(departure), String(departure)).toEqual([expect.stringMatching(/^Departure: /)]);
    for (const left of [
      /its validation too/,
      /compared bytes/,
      /bytes of the windows before/,
      /orthogonal/,
      /without regard to who/,
    ])
      expect(said(left), String(left)).toEqual([expect.stringMatching(/^Not repeated: /)]);
    for (const { optimizer } of [train.backbone, train.sequence]) expect(optimizer.epsilon).toBe(1e-8);
  });

  test('the honest rows say what only the released code says', async () => {
    expect((await recipe('inception-1w.yaml')).notes).toEqual([expect.stringMatching(/frozen while ResNet trains/)]);
    for (const file of ['inception-aug-3w.yaml', 'inception-seq-aug.yaml', 'controls/augmentation-alone.yaml'])
      expect((await recipe(file)).notes).toEqual([
        expect.stringMatching(/frozen/),
        expect.stringMatching(/82 % \(all but 0\.5 x 0\.7 x 0\.5\)/),
      ]);
  });
});

describe('its table', () => {
  let small: Table;
  beforeAll(async () => {
    small = await table('as-released', ['ci']);
  });

  test('has F1 by one rule a column, of judged slices, in each row, and the released one beside it', () => {
    const f1 = small.figures.filter((name) => name.includes('f1'));
    expect(f1).toEqual([
      'patient-f1 (rule: consecutive, judged slices, truth: same-rule)',
      'patient-f1 (rule: count, judged slices, truth: same-rule)',
      'batch-mean-f1 (rule: count, truth: same-rule)',
    ]);
    for (const row of small.rows.filter(({ baseline }) => baseline === null))
      expect(figureNames(row.runs[0]!.recipe(), row.registry), row.name).toEqual(expect.arrayContaining(f1));
  });

  test.each([
    ['leak-slices', 'leak-by-patient', ['accept', 'data.split']],
    ['leak-slices-permuted', 'leak-by-patient-permuted', ['accept', 'data.split']],
    ['leak-by-patient-permuted', 'leak-by-patient', ['data.source.labels']],
    ['position-slices-in-small', 'position', ['accept', 'data.split']],
    ['slices-split-in-small', 'honest-seq-aug', ['accept', 'data.split']],
    ['epsilon', 'honest-seq-aug', ['train.backbone.optimizer.epsilon', 'train.sequence.optimizer.epsilon']],
  ])('%s and %s differ in %j alone', (row, than, paths) => {
    const found = differing(of(small, row), of(small, than)).map((path) =>
      path.replace(/^(accept|data\.split).*/, '$1'),
    );
    expect([...new Set(found)].sort()).toEqual(paths);
  });

  test('its leak rows train long enough to know slices by heart', () => {
    const updates = (row: string) => of(small, row).train.backbone.updates ?? Number.NaN;
    expect(updates('leak-slices')).toBeGreaterThanOrEqual(3 * updates('honest-aug-3w'));
  });
});

describe('rows beside the paper’s', () => {
  test.each([
    ['table-2', 'inception-1w-norm-trained', 'resnet50-1w'],
    ['table-3', 'inception-3w-norm-trained', 'resnet50-3w'],
  ])('%s: %s differs from %s in the backbone’s type alone', async (name, row, than) => {
    const full = await table(name);
    expect(of(full, row).backbone).toMatchObject({
      type: 'inception-resnet-v2',
      batchNorm: 'trained',
      weights: 'imagenet',
    });
    expect(of(full, than).backbone).toMatchObject({ type: 'resnet-50-v2', batchNorm: 'trained', weights: 'imagenet' });
    const { backbone: _, paper: __, ...here } = of(full, row);
    const { backbone: ___, paper: ____, ...there } = of(full, than);
    expect({ ...here, name: '', contrast: null }).toEqual({ ...there, name: '', contrast: null });
  });

  test.each(['controls', 'selection'])(
    '%s: what has no context has as many positive slices, and nothing else of it',
    async (name) => {
      const ci = await table(name, ['ci']);
      const free = ci.rows.filter((row) => row.name.endsWith('-no-context'));
      expect(free).toHaveLength(2);
      for (const row of free) {
        const without = row.runs[0]!.recipe();
        expect(differing(without, of(ci, row.name.replace('-no-context', ''))).sort()).toEqual([
          'data.source.context',
          'data.source.massEffect',
          'data.source.singleSliceMimics',
        ]);
        expect(without.data.source).toMatchObject({
          context: 0,
          massEffect: false,
          singleSliceMimics: 0,
          extent: true,
        });
      }
    },
  );
});

import { describe, expect, test } from 'vitest';
import { resolveText } from '../../../../src/registry/resolve/resolve.ts';
import { at } from '../../../../src/registry/values/path.ts';
import { VALID } from '../../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../../fake-components.ts';

const cwd = '/recipes';
const resolve = (text: string, options: Partial<Parameters<typeof resolveText>[1]> = {}) =>
  resolveText(text, { registry, cwd, ...options });
const codes = async (text: string, options = {}) =>
  (await resolve(text, options)).diagnostics.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`);

describe('a reference', () => {
  test.each([
    ['a number', 'cells: 32', 'cells: "${train.backbone.batch}"', ['sequence', 'cells'], 8],
    ['a default', 'cells: 32', 'cells: "${train.sequence.epochs}"', ['sequence', 'cells'], 10],
    ['a default of a component', 'cells: 32', 'cells: "${sequence.steps}"', ['sequence', 'cells'], 60],
    ['an item of a list', 'dropout: 0.1', 'dropout: "${augment[0].probability}"', ['sequence', 'dropout'], 0.5],
    [
      'null',
      '    epochs: 2',
      '    epochs: 2\n    stepsPerEpoch: "${data.limit}"',
      ['train', 'backbone', 'stepsPerEpoch'],
      null,
    ],
  ])('to %s takes its value and its type', async (_, from, to, path, value) => {
    const { tree, recipe, diagnostics } = await resolve(VALID.replace(from, to));
    expect(diagnostics).toEqual([]);
    expect(recipe).not.toBeNull();
    expect(at(tree ?? undefined, path)).toMatchObject({ kind: 'scalar', value });
  });

  test('to a block takes all of it, with the defaults of the place where it stands now', async () => {
    const text = VALID.replace('evaluation:', '  sequence: "${train.backbone}"\nevaluation:');
    const { recipe, diagnostics } = await resolve(text);
    expect(diagnostics).toEqual([]);
    // What only the backbone has stays behind where nobody stated it.
    const { sampler: _, mixup: __, ...shared } = recipe!.train.backbone;
    expect(recipe?.train.sequence).toEqual({ ...shared, embeddings: 'in-sample' });
    const stated = text.replace('batch: 8', 'batch: 8\n    mixup: { alpha: 0.2 }');
    expect(stated).not.toBe(text);
    expect((await resolve(stated)).diagnostics.map(({ code, path: at }) => [code, at])).toEqual([
      ['unknown-key', 'train.sequence.mixup'],
    ]);
  });

  test('through another one, and into a block that is one', async () => {
    const text = VALID.replace('cells: 32', 'cells: "${train.sequence.batch}"').replace(
      'evaluation:',
      '  sequence: { batch: "${train.backbone.epochs}" }\nevaluation:',
    );
    expect((await resolve(text)).recipe?.sequence).toMatchObject({ cells: 2 });
    const block = VALID.replace('cells: 32', 'cells: "${train.sequence.batch}"').replace(
      'evaluation:',
      '  sequence: "${train.backbone}"\nevaluation:',
    );
    expect((await resolve(block)).recipe?.sequence).toMatchObject({ cells: 8 });
  });

  test('keeps its own place, and names where its value came from', async () => {
    const { tree } = await resolve(VALID.replace('cells: 32', 'cells: "${train.backbone.batch}"'));
    const node = at(tree ?? undefined, ['sequence', 'cells']);
    expect(node?.place).toMatchObject({ line: 16, column: 35 });
    expect(node?.via).toMatchObject([{ path: 'train.backbone.batch', place: { line: 20, column: 12 } }]);
  });

  test('is followed after every layer: it means what the recipe ends up with', async () => {
    const text = VALID.replace('cells: 32', 'cells: "${train.backbone.batch}"');
    const { recipe } = await resolve(text, { set: ['train.backbone.batch=16'] });
    expect(recipe?.sequence).toMatchObject({ cells: 16 });
    expect((await resolve(VALID, { set: ['sequence.cells=${train.backbone.batch}'] })).recipe?.sequence).toMatchObject({
      cells: 8,
    });
  });

  test('of a block is replaced by a whole block, and never changed in part', async () => {
    const base = VALID.replace('evaluation:', '  sequence: { optimizer: "${train.backbone.optimizer}" }\nevaluation:');
    const over = (text: string) =>
      resolve(`recipe: 1\nextends: base.yaml\n${text}\n`, { files: { 'base.yaml': base } });
    const part = await over('train: { sequence: { optimizer: { learningRate: 0.5 } } }');
    expect(part.diagnostics.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`)).toEqual([
      'reference-changed train.sequence.optimizer 3:35',
    ]);
    const whole = await over('train: { sequence: { optimizer: { type: sgd, momentum: 0.5 } } }');
    expect(whole.recipe?.train.sequence.optimizer).toMatchObject({ type: 'sgd', momentum: 0.5, learningRate: 0.001 });
    expect((await resolve(base, { set: ['train.sequence.optimizer.clipNorm=3'] })).recipe).toBeNull();
  });

  test('is checked as the value that it stands for, at its own place', async () => {
    expect(await codes(VALID.replace('cells: 32', 'cells: "${name}"'))).toEqual(['wrong-type sequence.cells 16:35']);
    expect(await codes(VALID.replace('dropout: 0.1', 'dropout: "${train.backbone.batch}"'))).toEqual([
      'out-of-range sequence.dropout 16:48',
    ]);
  });

  test.each([
    ['to nothing', 'cells: 32', 'cells: "${train.bakbone.batch}"', 'reference-missing sequence.cells 16:35'],
    ['below a value', 'cells: 32', 'cells: "${seed.x}"', 'reference-missing sequence.cells 16:35'],
    [
      'beside a followed one',
      'cells: 32, dropout: 0.1',
      'cells: "${sequence.x}", dropout: "${data.split.validation}"',
      'reference-missing sequence.cells 16:35',
    ],
    ['to itself', 'cells: 32', 'cells: "${sequence.cells}"', 'reference-cycle sequence.cells 16:35'],
    ['to what holds it', 'cells: 32', 'cells: "${sequence}"', 'reference-cycle sequence.cells 16:35'],
    [
      'in a circle',
      'cells: 32, dropout: 0.1',
      'cells: "${sequence.dropout}", dropout: "${sequence.cells}"',
      'reference-cycle sequence.cells 16:35',
    ],
    ['with text around it', 'cells: 32', 'cells: "a${seed}"', 'reference-form sequence.cells 16:35'],
    ['that computes', 'cells: 32', 'cells: "${2 * train.backbone.batch}"', 'reference-form sequence.cells 16:35'],
    ['to the environment', 'root: data/rsna', 'root: "${HOME}/rsna"', 'reference-form data.source.root 5:31'],
    ['in a type', 'type: small-cnn', 'type: "${name}"', 'reference-forbidden backbone.type 15:19'],
    ['in the name', 'name: small', 'name: "${backbone.type}"', 'reference-forbidden name 2:7'],
  ])('%s is a finding of its own, and the only one', async (_, from, to, expected) => {
    expect(await codes(VALID.replace(from, to))).toEqual([expected]);
  });

  test('one that doubles and doubles ends in an error, quickly', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `x${i + 1}: ["\${x${i}}", "\${x${i}}"]`);
    const started = performance.now();
    const found = await codes(`${VALID}x0: [1, 2]\n${lines.join('\n')}\n`);
    expect(found[0]).toMatch(/^(too-many-values|unknown-key)/);
    expect(found.some((one) => one.startsWith('too-many-values'))).toBe(true);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

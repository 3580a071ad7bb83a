import { describe, expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { stampsOf } from '../../src/registry/leak.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';
import { planRecipe } from '../../src/runtime/plan/plan.ts';

const registry = createRegistry(builtIn);
const row = async (...set: string[]) =>
  resolveRecipe('recipes/quickstart.yaml', { registry, set: ['data.split.type=random-slice', ...set] });

describe('a leaky split', () => {
  test('is an error at the place that chose it', async () => {
    const { recipe, diagnostics } = await row();
    expect(recipe).toBeNull();
    expect(diagnostics).toMatchObject([
      { code: 'leak', severity: 'error', file: '--set', line: 1, column: 17, path: 'data.split.type' },
    ]);
    expect(diagnostics[0]?.message).toContain('the sequence model validates');
  });

  test('leaks without a second stage as well, and says so', async () => {
    const { diagnostics } = await row('sequence=none', 'accept=[leak]');
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toContainEqual(['leak', 'warning']);
    expect(diagnostics.find(({ code }) => code === 'leak')?.message).toContain('the backbone validates on patients');
  });

  test('is a warning and a stamp where the recipe accepts it; the stamp is in the key of evaluate alone', async () => {
    const leaky = (await row('accept=[leak]')).recipe!;
    expect(stampsOf(leaky, registry)).toEqual(['LEAKY SPLIT']);
    const slice = (recipe: typeof leaky, id: string) =>
      planRecipe(recipe, registry).instances.find((instance) => instance.id === id)?.slice;
    const honest = (await resolveRecipe('recipes/quickstart.yaml', { registry })).recipe!;
    expect(stampsOf(honest, registry)).toEqual([]);
    const plain = slice(honest, 'evaluate') as Record<string, unknown>;
    expect(slice(leaky, 'evaluate')).toEqual({ ...plain, stamps: ['LEAKY SPLIT'] });
    // Everything else that evaluate reads stands at its default here, and so in no key, but for metrics whose version is above 1.
    expect(Object.keys(plain)).toEqual(['metrics']);
    for (const id of ['backbone', 'sequence', 'predict:sequence']) expect(slice(leaky, id)).toEqual(slice(honest, id));
  });

  test('nothing else can be accepted, and what does not occur is said to be unused', async () => {
    const accept = async (value: string, ...set: string[]) =>
      (await resolveRecipe('recipes/quickstart.yaml', { registry, set: [`accept=${value}`, ...set] })).diagnostics;
    expect(await accept('[leek]')).toMatchObject([
      { code: 'accept-unknown', severity: 'error', path: 'accept[0]', hint: 'Did you mean leak?' },
    ]);
    expect(await accept('[channel-count]', 'channels=[brain, bone]')).toMatchObject([
      { code: 'accept-unknown', message: 'channel-count cannot be accepted.' },
    ]);
    expect(await accept('[leak]')).toMatchObject([{ code: 'accept-unused', severity: 'warning', path: 'accept[0]' }]);
    // Whether anything is positive the data say: a recipe may always accept that.
    expect(await accept('[no-positives, no-negatives]')).toEqual([]);
    // With a split that is itself wrong nothing is known about the leak.
    expect((await accept('[leak]', 'data.split.validation=2')).map(({ code }) => code)).toEqual(['out-of-range']);
  });
});

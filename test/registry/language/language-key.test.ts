import { describe, expect, it } from 'vitest';
import { Type } from '../../../src/index.ts';
import { LANGUAGE, type MapShape } from '../../../src/registry/language/language.ts';
import { languageKey } from '../../../src/registry/language/nondefault.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { schemaOf } from '../../../src/registry/values/schema-type.ts';
import { VALID } from '../diagnostics/mistakes.ts';
import { fakes, fakeRegistry as registry } from '../fake-components.ts';

const recipeOf = async (text: string) => {
  const { recipe, diagnostics } = await resolveText(text, { registry, cwd: '/r' });
  if (recipe === null) throw new Error(diagnostics[0]?.message);
  return recipe;
};

/** The language with one more field in `train.backbone`, as a later version may have it. */
function withField(schema: Parameters<typeof schemaOf>[0]): MapShape {
  const train = LANGUAGE.fields.train as MapShape;
  const backbone = train.fields.backbone as MapShape;
  const field = { is: 'value', description: 'New.', schema: schemaOf(schema) } as const;
  const more = { ...backbone, fields: { ...backbone.fields, field } };
  return {
    ...LANGUAGE,
    fields: { ...LANGUAGE.fields, train: { ...train, fields: { ...train.fields, backbone: more } } },
  };
}

describe('values of the language in a key', () => {
  it('stand there only where they differ from their default', async () => {
    const stated = languageKey(registry, await recipeOf(VALID)) as Record<string, Record<string, unknown>>;
    const defaults = '    batch: 8\n    checkpoint: last\n    loss: binary-cross-entropy\n';
    const same = VALID.replace('    batch: 8\n', defaults).replace('seed: 0', 'seed: 0\naccept: []');
    expect(same).not.toBe(VALID);
    expect(languageKey(registry, await recipeOf(same))).toEqual(stated);
    const image = LANGUAGE.fields.data as MapShape;
    expect(languageKey(registry, { size: 224, interpolation: 'area' }, image.fields.image)).toBeUndefined();
    expect(languageKey(registry, { size: 64, interpolation: 'area' }, image.fields.image)).toEqual({ size: 64 });
    expect(languageKey(registry, null, image.fields.limit)).toBeUndefined();
  });

  it('a new field at its default changes nothing, at another value it does, and never where it affects no result', async () => {
    const recipe = await recipeOf(VALID);
    const before = languageKey(registry, recipe);
    const set = (field: unknown) => ({
      ...recipe,
      train: { ...recipe.train, backbone: { ...recipe.train.backbone, field } },
    });
    const language = withField(Type.Number({ default: 3 }));
    expect(languageKey(registry, set(3), language)).toEqual(before);
    expect(languageKey(registry, set(4), language)).toMatchObject({ train: { backbone: { field: 4 } } });
    const interval = withField(Type.Number({ default: 3, affectsResult: false }));
    expect(languageKey(registry, set(4), interval)).toEqual(before);
  });

  it('a map has no field that affects no result, and where it has no other it is its default', async () => {
    const train = LANGUAGE.fields.train as MapShape;
    const { checkpoint } = (train.fields.backbone as MapShape).fields;
    const key = (value: unknown) => languageKey(registry, value, checkpoint);
    expect([key('last'), key({ everySteps: 5 })]).toEqual([undefined, undefined]);
    expect(key({ best: 'auc', everySteps: 5 })).toEqual({ best: 'auc' });
    expect(key({ best: 'auc' })).toEqual({ best: 'auc' });
    const { recipe, diagnostics } = await resolveText(
      VALID.replace('    batch: 8\n', '    batch: 8\n    checkpoint: { everySteps: 5 }\n'),
      { registry, cwd: '/r' },
    );
    expect(diagnostics).toEqual([]);
    expect(recipe?.train.backbone.checkpoint).toEqual({ everySteps: 5 });
    expect(languageKey(registry, recipe)).toEqual(languageKey(registry, await recipeOf(VALID)));
  });

  it('a component that stands by default enters with its second version, its parameters or its code', () => {
    const loss = ((LANGUAGE.fields.train as MapShape).fields.backbone as MapShape).fields.loss;
    const plain = { type: 'binary-cross-entropy', reduction: 'sum-over-labels' };
    expect(languageKey(registry, plain, loss)).toBeUndefined();
    expect(languageKey(registry, { ...plain, reduction: 'mean-over-labels' }, loss)).toEqual({
      name: 'binary-cross-entropy',
      version: 1,
      params: { reduction: 'mean-over-labels' },
    });
    const changed = (more: object) =>
      createRegistry(fakes.map((each) => (each.name === plain.type ? { ...each, ...more } : each)));
    expect(languageKey(changed({ version: 2 }), plain, loss)).toEqual({ name: plain.type, version: 2, params: {} });
    expect(languageKey(changed({ code: 'abc' }), plain, loss)).toEqual({
      name: plain.type,
      version: 1,
      params: {},
      code: 'abc',
    });
    expect(languageKey(registry, 'none', LANGUAGE.fields.sequence)).toBeUndefined();
    expect(languageKey(registry, 'none', LANGUAGE.fields.backbone)).toBe('none');
  });

  it('a list that differs in one item stands there as a whole', () => {
    const augment = LANGUAGE.fields.augment;
    expect(languageKey(registry, [], augment)).toBeUndefined();
    const one = languageKey(registry, [{ type: 'flip-horizontal', probability: 0.5 }], augment);
    expect(one).toEqual([{ name: 'flip-horizontal', version: 1, params: {} }]);
  });

  it('names that the recipe chose are kept, and folders are not', async () => {
    const key = languageKey(registry, await recipeOf(VALID)) as { windows: object; data: { source: object } };
    expect(Object.keys(key.windows)).toEqual(Object.keys((await recipeOf(VALID)).windows));
    expect(JSON.stringify(key)).not.toContain('root');
  });
});

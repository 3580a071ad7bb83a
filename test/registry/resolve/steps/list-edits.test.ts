import { describe, expect, test } from 'vitest';
import { resolveText } from '../../../../src/registry/resolve/resolve.ts';
import { VALID } from '../../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../../fake-components.ts';

const cwd = '/recipes';
const base = VALID.replace(
  '  - { type: flip-horizontal, probability: 0.5 }\n',
  '  - { type: flip-horizontal, probability: 0.5 }\n  - { type: affine, shift: 0.1 }\n',
);
const over = (edit: string, options = {}) =>
  resolveText(`recipe: 1\nextends: base.yaml\n${edit}\n`, { registry, cwd, files: { 'base.yaml': base }, ...options });
const types = (list: readonly { type: string }[] | undefined) => list?.map(({ type }) => type);

describe('a map in the place of a list edits the list below it', () => {
  test.each([
    ['append', 'augment: { append: [transpose] }', ['flip-horizontal', 'affine', 'transpose']],
    ['prepend', 'augment: { prepend: [transpose] }', ['transpose', 'flip-horizontal', 'affine']],
    ['remove', 'augment: { remove: [flip-horizontal] }', ['affine']],
    [
      'all at once, whatever their order in the file',
      'augment: { append: [flip-horizontal], remove: [flip-horizontal] }',
      ['affine', 'flip-horizontal'],
    ],
  ])('%s', async (_, edit, expected) => {
    const { recipe, diagnostics } = await over(edit);
    expect(diagnostics).toEqual([]);
    expect(types(recipe?.augment)).toEqual(expected);
  });

  test('patch merges into the item of the name, and leaves the others', async () => {
    const { recipe } = await over('augment: { patch: { affine: { probability: 0.9 } } }');
    expect(recipe?.augment).toMatchObject([
      { type: 'flip-horizontal', probability: 0.5 },
      { type: 'affine', probability: 0.9, shift: 0.1 },
    ]);
  });

  test('channels go by the name of their window, metrics by their default where no file states them, words by themselves', async () => {
    expect((await over('channels: { remove: [bone], append: [brain] }')).recipe?.channels).toEqual([
      { window: 'brain' },
      { window: 'subdural' },
      { window: 'brain' },
    ]);
    const noMetrics = VALID.replace(/evaluation:[\s\S]*$/, 'evaluation: { metrics: { remove: [auc] } }\n');
    const { recipe } = await resolveText(noMetrics, { registry, cwd });
    expect(types(recipe?.evaluation.metrics)).not.toContain('auc');
    expect(recipe?.evaluation.metrics.length).toBeGreaterThan(2);
    const truth = await over('evaluation: { patient: { truth: { remove: [any-slice] } } }');
    expect(truth.recipe?.evaluation.patient.truth).toEqual(['same-rule']);
  });

  test('in profiles, on the command line, and one over the other', async () => {
    const text = 'augment: { append: [transpose] }\nprofiles: { plain: { augment: { remove: [affine] } } }';
    const options = { profile: ['plain'], set: ['augment={ remove: [flip-horizontal] }'] };
    expect(types((await over(text, options)).recipe?.augment)).toEqual(['transpose']);
  });

  test.each([
    ['a name that is not there', 'augment: { remove: [afine] }', 'augment.remove 3:21', /Did you mean affine/],
    [
      'a patch of what is not there',
      'augment: { patch: { transpose: { probability: 1 } } }',
      'augment.patch.transpose 3:21',
      /flip-horizontal and affine/,
    ],
    ['another word', 'augment: { append: [transpose], delete: [affine] }', 'augment.delete 3:33', /remove/],
    ['no list', 'augment: { append: transpose }', 'augment.append 3:20', /For example/],
  ])('%s is a finding at its place', async (_, edit, place, hint) => {
    const { diagnostics } = await over(edit);
    expect(diagnostics.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`)).toEqual([
      `list-edit ${place}`,
    ]);
    expect(diagnostics[0]?.hint).toMatch(hint);
  });

  test('where no list stands below, append makes one, and what names an item is a finding', async () => {
    const channels = /^channels: .*$/m;
    expect(VALID).toMatch(channels);
    const made = (edit: string) => resolveText(VALID.replace(channels, `channels: ${edit}`), { registry, cwd });
    const { recipe, diagnostics } = await made('{ append: [bone], prepend: [brain] }');
    expect(diagnostics).toEqual([]);
    expect(recipe?.channels).toEqual([{ window: 'brain' }, { window: 'bone' }]);
    expect((await made('{ append: [brain], remove: [bone] }')).diagnostics.map(({ code }) => code)).toEqual([
      'list-edit',
    ]);
    // A word in the place of the list is none, whatever is done to it.
    const word = await over('augment: { append: [transpose] }', {
      files: { 'base.yaml': base.replace(/^augment:\n(?: {2}- .*\n)+/m, 'augment: none\n') },
    });
    expect(word.diagnostics.map(({ code }) => code)).toContain('list-edit');
  });

  test('a name that stands twice is not guessed', async () => {
    const twice = base.replace('shift: 0.1 }\n', 'shift: 0.1 }\n  - affine\n');
    const { diagnostics } = await resolveText(
      'recipe: 1\nextends: base.yaml\naugment: { patch: { affine: { probability: 1 } } }\n',
      { registry, cwd, files: { 'base.yaml': twice } },
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'affine stands 2 times in the list that this changes: which one is meant is not said.',
    ]);
  });
});

import { expect, test } from 'vitest';
import { NOT_COMPARED, NOT_IN_KEYS } from '../../../src/registry/language/language.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { VALID } from '../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../fake-components.ts';

const resolve = (text: string, base = VALID) =>
  resolveText(text, { registry, cwd: '/recipes', files: { 'base.yaml': base } });
const over = (edit: string) => resolve(`recipe: 1\nextends: base.yaml\n${edit}\n`, `${VALID}\nnotes: [of the base]\n`);

test('notes are inherited, replaced by a list, and added to by name', async () => {
  expect((await resolve(VALID)).recipe?.notes).toEqual([]);
  expect((await over('')).recipe?.notes).toEqual(['of the base']);
  expect((await over('notes: [its own]')).recipe?.notes).toEqual(['its own']);
  expect((await over('notes: { append: [its own] }')).recipe?.notes).toEqual(['of the base', 'its own']);
});

test.each(['notes: text', 'notes: [1]', "notes: ['']"])('%s is a finding', async (edit) => {
  const { diagnostics } = await over(edit);
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
    expect.stringMatching(/^notes/),
  ]);
});

test('they are no difference of two recipes, and the page that shows them is made anew for them', () => {
  expect(NOT_COMPARED).toContain('notes');
  expect(NOT_IN_KEYS).not.toContain('notes');
});

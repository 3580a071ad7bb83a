import { expect, test } from 'vitest';
import { recipeNotes } from '../../../src/runtime/report/recipe-notes.ts';
import { recipeOf } from './run-fixture.ts';

test('what a recipe says of itself stands on its page as text', () => {
  const page = recipeNotes({ recipe: recipeOf({ notes: ['Departure: <b>both</b> & more.', 'Second.'] }) })!;
  expect(page.text).toContain('About this recipe');
  expect(page.text).toContain('<li>Departure: &lt;b&gt;both&lt;/b&gt; &amp; more.</li><li>Second.</li>');
});

test('a recipe without notes has no such block', () => {
  expect(recipeNotes({ recipe: recipeOf() })).toBeNull();
});

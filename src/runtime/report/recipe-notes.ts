import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';

/** What the recipe says has to be known to read its figures. Null where it says nothing. */
export function recipeNotes({ recipe }: Pick<RunData, 'recipe'>): Html | null {
  if (recipe.notes.length === 0) return null;
  return html`<aside class="recipe-notes" aria-labelledby="recipe-notes-h"><h2 class="small" id="recipe-notes-h">About this recipe</h2>
<ul>${recipe.notes.map((note) => html`<li>${note}</li>`)}</ul></aside>`;
}

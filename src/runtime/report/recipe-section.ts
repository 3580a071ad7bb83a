import { type Document, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { parsePath } from '../../registry/values/path.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import type { Section } from './section.ts';

export function recipeSection({ page }: RunData): Section {
  const lines = highlight(shownText(page.recipeText));
  return {
    id: 'recipe',
    title: 'Recipe',
    body: html`<p>As it was run: every default filled in, every reference followed. <code>data.source.root</code> and <code>data.labels.file</code> are left out: where data lie affects no result.</p>
<details><summary>The resolved recipe, ${lines.length.toLocaleString('en-GB')} lines</summary><pre class="yaml" tabindex="0" aria-label="The resolved recipe in YAML"><code>${lines}</code></pre></details>`,
  };
}

/**
 * A path of this machine says nothing about a result, and may name a person. In block and in flow form, and among what
 * was set on the command line.
 */
export function withoutRoot(text: string): string {
  const recipe = parsed(text);
  for (const path of PLACES) if (recipe.hasIn(path)) recipe.deleteIn(path);
  const point = recipe.getIn(['resolved', 'point']);
  if (isMap(point)) {
    for (const { key } of [...point.items]) {
      const path = String(isScalar(key) ? key.value : key);
      if (holdsRoot(path)) point.delete(path);
    }
  }
  const set = recipe.getIn(['resolved', 'set']);
  if (isSeq(set)) set.items = set.items.filter((item) => !setsRoot(String(isScalar(item) ? item.value : item)));
  return recipe.toString({ lineWidth: 0 }).trimEnd();
}

/** What the page shows: all that is in its key. How a recipe came about is not, and stands with the run. */
function shownText(text: string): string {
  const recipe = parsed(withoutRoot(text));
  recipe.delete('resolved');
  return recipe.toString({ lineWidth: 0 }).trimEnd();
}

function parsed(text: string): Document.Parsed {
  const recipe = parseDocument(text);
  if (recipe.errors.length > 0) throw recipe.errors[0] as Error;
  return recipe;
}

/** Values that are paths of a machine. */
const PLACES = [
  ['data', 'source', 'root'],
  ['data', 'labels', 'file'],
];

/** Whether a path, however it is spelt, is that of the root or of a block that holds it. */
function holdsRoot(text: string): boolean {
  const parts = parsePath(text.trim());
  if (parts === null || parts === undefined) return false;
  return PLACES.some((place) => parts.every(({ part }, i) => i >= place.length || part === place[i]));
}

/** Whether an argument of `--set` may name a root: by its path, or in the block above it. */
const setsRoot = (argument: string): boolean => holdsRoot(argument.slice(0, Math.max(0, argument.indexOf('='))));

/** Keys, comments and values in spans, line by line. Text goes through the escaping template like any other. */
export function highlight(text: string): Html[] {
  return text.split('\n').map((line) => {
    const comment = /^(\s*)(#.*)$/.exec(line);
    if (comment) return html`${comment[1]}<i>${comment[2]}</i>\n`;
    const pair = /^(\s*(?:- )*)([\w.-]+)(:)(?:(\s+)(.*))?$/.exec(line);
    if (pair) return html`${pair[1]}<b>${pair[2]}</b>${pair[3]}${pair[4]}${pair[5] && html`<em>${pair[5]}</em>`}\n`;
    return html`${line}\n`;
  });
}

import { isSeq, parseDocument } from 'yaml';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import type { Section } from './section.ts';

export function recipeSection({ page }: RunData): Section {
  return {
    id: 'recipe',
    title: 'Recipe',
    body: html`<p>As it was run: every default filled in, every reference followed. <code>data.source.root</code> is left out: it affects no result.</p>
<pre class="yaml" tabindex="0" aria-label="The resolved recipe in YAML"><code>${highlight(withoutRoot(page.recipeText))}</code></pre>`,
  };
}

/** A path of this machine says nothing about a result, and may name a person. In block and in flow form. */
export function withoutRoot(text: string): string {
  const recipe = parseDocument(text);
  if (recipe.errors.length > 0) throw recipe.errors[0] as Error;
  recipe.deleteIn(['data', 'source', 'root']);
  const swept = ['resolved', 'point', 'data.source.root'];
  if (recipe.hasIn(swept)) recipe.deleteIn(swept);
  const set = recipe.getIn(['resolved', 'set']);
  if (isSeq(set)) set.items = set.items.filter((item) => !setsRoot(String((item as { value?: unknown }).value)));
  return recipe.toString({ lineWidth: 0 }).trimEnd();
}

/** Whether an argument of `--set` names a root: by its path, or in the block above it. */
const setsRoot = (argument: string): boolean => /^\s*data(\.source)?(\.root\s*=|\s*=.*\broot\b)/.test(argument);

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

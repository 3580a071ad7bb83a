import { calls } from './calls.ts';
import { definitions } from './definitions.ts';
import { headline } from './headline.ts';
import { html, trusted } from './html.ts';
import { ledgerSection } from './ledger-section.ts';
import { provenance } from './provenance.ts';
import type { RunData } from './read-run.ts';
import { recipeSection } from './recipe-section.ts';
import { results } from './results.ts';
import { marked, type Section, sectionHtml } from './section.ts';
import { seriesSection } from './series.ts';
import { STYLE } from './style.ts';
import { training } from './training.ts';

/** Nothing is loaded from anywhere and no script runs: the browser itself holds the page to that. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The whole page. The same run gives the same bytes. */
export async function renderPage(data: RunData): Promise<string> {
  const sections: Section[] = [
    results(data),
    await training(data),
    await seriesSection(data),
    calls(data),
    ledgerSection(data),
    provenance(data),
    recipeSection(data),
    definitions(data),
  ].filter((section) => section !== null);
  const title = marked(data.marks, `${data.recipe.name} · ichor report`);
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#results">To the results</a>
<nav aria-label="Sections"><ol>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ol></nav>
<main>
${headline(data)}
${sections.map(sectionHtml)}
</main>
<footer><p>${marked(data.marks, data.recipe.name)} · made by ichor ${data.page.versions.ichor ?? ''} · research use only</p></footer>
</body>
</html>
`.text;
}

import { calls } from './calls.ts';
import { definitions } from './definitions.ts';
import { htmlDocument } from './document.ts';
import { headline } from './headline.ts';
import { html } from './html.ts';
import { ledgerSection } from './ledger-section.ts';
import { provenance } from './provenance.ts';
import type { RunData } from './read-run.ts';
import { recipeSection } from './recipe-section.ts';
import { results } from './results.ts';
import { marked, type Section, sectionHtml } from './section.ts';
import { seriesSection } from './series.ts';
import { training } from './training.ts';

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
  return htmlDocument(
    title,
    html`<a class="skip" href="#results">To the results</a>
<nav aria-label="Sections"><ol>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ol></nav>
<main>
${headline(data)}
${sections.map(sectionHtml)}
</main>
<footer><p>${marked(data.marks, data.recipe.name)} · made by ichor ${data.page.versions.ichor ?? ''} · research use only</p></footer>
`,
  );
}

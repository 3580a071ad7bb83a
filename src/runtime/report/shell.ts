import { htmlDocument } from './document.ts';
import { type Html, html } from './html.ts';
import { marked, type Section, sectionHtml } from './section.ts';
import { blindSpots, RESEARCH_NOTICE } from './wording.ts';

export interface Page {
  /** What kind of page it is: `run report`. */
  kind: string;
  /** The recipe's, sweep's or table's name: the main heading. */
  name: string;
  /** `SYNTHETIC`, `SMOKE`, `LEAKY SPLIT`. */
  marks: readonly string[];
  /** `WORSE THAN CONSTANT`: beside the marks in the heading, and in no table's title. */
  verdicts?: readonly string[];
  /** Sentences under the heading. */
  leads: readonly (Html | string)[];
  /** What stands above the first section, under the research notice; null: nothing. */
  top: Html | null;
  /** At least one; each gets a link at the head of the page. */
  sections: readonly Section[];
  /** `0.1.0`; null where the page does not say what made it. */
  version: string | null;
  /** False: the page shows no score, and says nothing of what scores are. */
  scores?: boolean;
  /** How its scores became probabilities, as a clause; null, or left out: they are uncalibrated. */
  calibrated?: string | null;
  /** What runs at the page's end; left out: nothing. */
  script?: string | null;
  /** Its script asks where the page came from: only of a page that is served. */
  asks?: boolean;
}

/** By this line of its head a page is known again. */
export const kicker = (kind: string): Html => html`<p class="kicker">ichor · ${kind}</p>`;

/** The frame that the report's, the sweep's and the table's page share. The same arguments give the same bytes. */
export function renderShell({
  kind,
  name,
  marks,
  verdicts = [],
  leads,
  top,
  sections,
  version,
  scores = true,
  calibrated = null,
  script = null,
  asks = false,
}: Page): string {
  const first = sections[0];
  return htmlDocument(
    marked(marks, `${name} · ichor ${kind}`),
    html`${first && html`<a class="skip" href="#${first.id}">To the ${first.title.toLowerCase()}</a>`}
<nav aria-label="Sections"><ol>${sections.map(({ id, title, short }) => html`<li><a href="#${id}">${short ?? title}</a></li>`)}</ol></nav>
<main>
<header class="head">
${kicker(kind)}
<h1>${[...marks, ...verdicts].map((mark) => html`<span class="mark">${mark}</span> `)}${name}</h1>
${leads.map((lead) => html`<p class="lead">${lead}</p>`)}
<aside class="notice" aria-label="Research use"><p><b>${RESEARCH_NOTICE}</b></p>${scores && html`<p>${blindSpots(calibrated)}</p>`}</aside>
${top}
</header>
${sections.map(sectionHtml)}
</main>
<footer><p>${marked(marks, name)} · made by ichor${version && ` ${version}`} · research use only</p></footer>
`,
    script,
    asks,
  );
}

import { type Html, html } from './html.ts';

export interface Choice {
  title: string;
  body: Html;
}

/**
 * One of several panels at a time, chosen without a script: radio buttons whose state shows the panel of the same
 * place. Arrow keys move between them; on paper all panels stand below each other. At most eight.
 */
export function chooser(id: string, legend: string, choices: readonly Choice[]): Html {
  return html`<fieldset class="chooser"><legend>${legend}</legend>
${choices.map(({ title }, i) => html`<input type="radio" name="${id}" id="${id}-${i}"${i === 0 && html` checked`}><label for="${id}-${i}">${title}</label>`)}
<div class="panels">${choices.map(
    ({ title, body }) => html`<div class="panel"><h3 class="panel-title">${title}</h3>${body}</div>
`,
  )}</div></fieldset>`;
}

/** The most panels that the style sheet tells apart. */
export const MOST_CHOICES = 8;

import { type Html, html } from './html.ts';

export interface Section {
  id: string;
  title: string;
  /** In the navigation, where the title is long. */
  short?: string;
  body: Html;
}

export function sectionHtml({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>
${body}
</section>
`;
}

/** `SYNTHETIC · SMOKE · LEAKY SPLIT · ` before what is said of such a run; nothing otherwise. */
export function marked(marks: readonly string[], text: string): string {
  return [...marks, text].join(' · ');
}

import { NOTICES_TITLE, shownNotices, underNotice } from '../notices/notice.ts';
import { number } from '../notices/words.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';

/** At the head of the page, above every figure: what was left out, repaired or is doubtful. Null where nothing is. */
export function noticesBlock({ notices }: RunData): Html | null {
  if (notices.length === 0) return null;
  const { shown, more } = shownNotices(notices);
  return html`<aside class="said" aria-labelledby="said-h"><h2 class="small" id="said-h">${NOTICES_TITLE}</h2>
<ul>${shown.map((notice) => {
    const under = underNotice(notice);
    return html`<li class="${notice.level}">${notice.text}${under !== null && html`<span>${under}</span>`}</li>`;
  })}</ul>
<p class="note">${more > 0 && `${number(more)} more ${more === 1 ? 'kind' : 'kinds'} below. `}<a href="#data">All of it, file by file: data and ledger</a></p></aside>`;
}

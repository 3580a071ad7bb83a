import { type Html, html } from './html.ts';

export interface Column {
  title: string;
  /** Right-aligned, with figures of one width. */
  number?: boolean;
  /** Identifiers. */
  code?: boolean;
  /** Long text: takes more than one line. */
  wrap?: boolean;
}

export type Cell = string | number | Html;

/** A table in a region of its own that scrolls sideways where the page is narrow, also by keyboard; its caption stays. */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  const style = (i: number) => (columns[i]?.number ? 'n' : columns[i]?.code ? 'id' : columns[i]?.wrap ? 'wrap' : '');
  return html`<div class="table scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col" class="${style(i)}">${title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${row.map((cell, i) =>
    i === 0 ? html`<th scope="row" class="${style(i)}">${cell}</th>` : html`<td class="${style(i)}">${cell}</td>`,
  )}</tr>
`,
)}</tbody></table></div>`;
}

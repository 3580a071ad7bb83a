import { ANY, LABELS } from '../../labels.ts';
import type { JoinedSlice } from '../evaluate/scored.ts';
import { MODEL_TITLES } from '../evaluate/summary-table.ts';
import { type Html, html } from './html.ts';
import { pictures } from './pictures.ts';
import type { RunData } from './read-run.ts';
import { marked } from './section.ts';

/** One slice in its windows, with what each model says of it and what its labels say. Only where pictures may be shown. */
export async function sliceFigure(data: RunData, slice: JoinedSlice, title: string): Promise<Html> {
  const images = data.shards ? await pictures(data.shards, slice.slice) : [];
  const at = data.places.get(slice.slice) as number;
  const models = [...data.predictions].map(([model, all]) => ({ model, own: all[at] as JoinedSlice }));
  const rows = LABELS.map((label, column) => ({
    label,
    truth: slice.labels === null ? null : slice.labels[label] === 1,
    values: models.map(({ own }) => own.probabilities[column] as number),
  }));
  const alt = (channel: string) =>
    marked(
      data.marks,
      `Slice at place ${slice.order} in the window ${channel}; ${truthsInWords(slice)}; p(any) ${(slice.probabilities[ANY] as number).toFixed(2)}`,
    );
  return html`<figure class="slice">
<figcaption>${marked(data.marks, title)} <span class="id">${slice.slice}</span></figcaption>
<div class="windows">${images.map(
    ({ channel, url }) =>
      html`<div><img src="${url}" width="160" height="160" alt="${alt(channel)}"><span>${channel}${windowInWords(data, channel)}</span></div>`,
  )}</div>
<table class="scores" aria-label="${marked(data.marks, `Scores of the slice at place ${slice.order}`)}"><thead><tr><th scope="col">label</th><th scope="col">true</th>${models.map(({ model }) => html`<th scope="col" class="n">${MODEL_TITLES[model]}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ label, truth, values }) =>
      html`<tr class="${truth ? 'yes' : ''}"><th scope="row">${label}</th><td>${truth === null ? '?' : truth ? 'yes' : 'no'}</td>${values.map((value) => html`<td class="n bar" style="--p:${value.toFixed(3)}">${value.toFixed(2)}</td>`)}</tr>`,
  )}</tbody></table>
</figure>
`;
}

/** `subdural, any` */
export function truthsInWords({ labels }: JoinedSlice): string {
  if (labels === null) return 'no labels';
  return LABELS.filter((label) => labels[label] === 1).join(', ') || 'no haemorrhage labelled';
}

function windowInWords({ recipe }: RunData, channel: string): Html | null {
  const window = recipe.windows[channel];
  if (window === undefined || window.type !== 'linear') return null;
  return html` <small>${String(window.level)}/${String(window.width)} HU</small>`;
}

import type { Side } from '../../registry/kinds/split.ts';
import { fatesOf } from '../artifacts/ledger.ts';
import { countSides } from '../evaluate/scored.ts';
import { count } from '../evaluate/summary-table.ts';
import { groupLeftOut, groupNotes } from './fates.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

/** Of a long list the first ones; `ichor runs ledger` prints all. */
const MOST = 40;

export function ledgerSection(data: RunData): Section {
  const kinds = (['file', 'label-row'] as const).map((what) => ({
    what,
    fates: fatesOf(data.ledger, what),
    groups: groupLeftOut(data.ledger, what),
  }));
  const notes = groupNotes(data.ledger);
  const body = html`<p>Each file in the image folders and each row of the labels file has exactly one fate: used, or left out by a stage with a reason. Repairs and warnings are notes on top.</p>
${sidesTable(data)}
${kinds.filter(({ fates }) => fates.found > 0).map(({ what, fates }) => fatesTable(data, what, fates))}
${kinds.flatMap(({ groups }) => groups.map(({ reason, count: n, items }) => itemList(`Left out: ${reason}`, n, items)))}
${notes.length === 0 ? html`<p class="note">No stage noted a repair or a warning.</p>` : notesTable(data, notes)}
${notes.map((group) => itemList(`${group.kind}: ${group.reason}`, group.count, group.items))}`;
  return { id: 'data', title: 'Data and ledger', short: 'Data', body };
}

function sidesTable({ final, predictions, index, marks }: RunData): Html {
  const slices = final ? predictions.get(final)! : [];
  const sides: Side[] = ['train', 'validation', 'held-out', 'test', 'unlabelled'];
  const rows = sides.flatMap((side) => {
    const here = slices.filter((slice) => slice.side === side);
    const { slices: n, series, patients } = countSides(here);
    const any = here.filter(({ labels }) => labels?.any === 1).length;
    const anys = here.some(({ labels }) => labels) ? any.toLocaleString('en-GB') : 'no labels';
    return n === 0 ? [] : [[side, ...[n, series, patients].map((value) => value.toLocaleString('en-GB')), anys]];
  });
  const all = countSides(index);
  return dataTable(
    marked(marks, `Slices: ${count(all.slices, 'slice')}, ${all.series} series, ${count(all.patients, 'patient')}`),
    ['side', 'slices', 'series', 'patients', 'slices with any'].map((title, i) => ({ title, number: i > 0 })),
    rows,
  );
}

function fatesTable({ marks }: RunData, what: 'file' | 'label-row', fates: ReturnType<typeof fatesOf>): Html {
  const { found, used, leftOut } = fates;
  const unit = what === 'file' ? 'files' : 'label rows';
  return dataTable(
    marked(marks, `Fates of ${found.toLocaleString('en-GB')} ${unit}`),
    [{ title: 'fate' }, { title: 'stage' }, { title: unit, number: true }],
    [
      ['used', '', used.toLocaleString('en-GB')],
      ...leftOut.map(({ reason, stage, count: n }) => [`left out: ${reason}`, stage, n.toLocaleString('en-GB')]),
      [html`<b>found</b>`, '', html`<b>${found.toLocaleString('en-GB')}</b>`],
    ],
  );
}

function notesTable({ marks }: RunData, notes: ReturnType<typeof groupNotes>): Html {
  return dataTable(
    marked(marks, 'Notes'),
    [{ title: 'note' }, { title: 'kind' }, { title: 'stage' }, { title: 'on' }, { title: 'times', number: true }],
    notes.map(({ reason, kind, stage, what, count: n }) => [
      reason,
      kind ?? '',
      stage,
      what,
      n.toLocaleString('en-GB'),
    ]),
  );
}

function itemList(title: string, total: number, items: readonly { item: string; message: string }[]): Html {
  const more = items.length - MOST;
  return html`<details><summary>${title} (${total.toLocaleString('en-GB')})</summary><ul class="items">${items
    .slice(0, MOST)
    .map(({ item, message }) => html`<li><span class="id">${item}</span> ${message}</li>`)}</ul>${
    more > 0 &&
    html`<p class="note">and ${more.toLocaleString('en-GB')} more lines: <code>ichor runs ledger</code> prints them all</p>`
  }</details>`;
}

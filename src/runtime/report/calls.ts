import type { PatientRow } from '../artifacts/patients.ts';
import { ruleInWords } from './headline.ts';
import { html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { sign } from './series.ts';
import { dataTable } from './table.ts';

/** A page of 20,000 rows helps nobody: the rest stands in patients.csv. */
const MOST = 100;
const SIDES = ['validation', 'test', 'unlabelled', 'train'];

/** What was called, series by series: wrong ones first, then validation, test, train. */
export function calls({ patients, marks, recipe }: RunData): Section | null {
  if (patients.length === 0) return null;
  const wrong = (row: PatientRow) => row.truthSameRule !== null && row.truthSameRule !== row.call;
  const rows = [...patients]
    .map((row, place) => ({ row, place }))
    .sort(
      (a, b) =>
        SIDES.indexOf(a.row.side) - SIDES.indexOf(b.row.side) ||
        Number(wrong(b.row)) - Number(wrong(a.row)) ||
        a.place - b.place,
    )
    .map(({ row }) => row);
  const short = patients.filter((row) => row.slices < recipe.evaluation.patient.slices).length;
  return {
    id: 'calls',
    title: 'Calls',
    body: html`<p>A series is called positive with ${ruleInWords(recipe.evaluation.patient)}; a patient when any of its series is. Places count from 0. ${short > 0 && html`<b>${short} series ${short === 1 ? 'has' : 'have'} fewer slices than the rule needs and can never be called.</b>`}</p>
${dataTable(
  marked(marks, `Calls of the final model, ${Math.min(MOST, rows.length)} of ${rows.length} series`),
  [
    { title: 'patient', code: true },
    { title: 'series', code: true },
    { title: 'side' },
    { title: 'slices', number: true },
    { title: 'highest p(any)', number: true },
    { title: 'longest run', number: true },
    { title: 'places', number: true },
    { title: 'call' },
    { title: 'truth, same-rule' },
    { title: 'truth, any-slice' },
  ],
  rows
    .slice(0, MOST)
    .map((row) => [
      row.patient,
      row.series,
      row.side,
      row.slices,
      row.highestAny.toFixed(3),
      row.longestRun,
      row.firstOrder === null ? '–' : [...new Set([row.firstOrder, row.lastOrder])].join('–'),
      html`<span class="${wrong(row) ? 'wrong' : ''}">${sign(row.call)}${wrong(row) && ' (differs)'}</span>`,
      sign(row.truthSameRule),
      sign(row.truthAnySlice),
    ]),
)}
<p class="note">patients.csv has every series of every model.</p>`,
  };
}

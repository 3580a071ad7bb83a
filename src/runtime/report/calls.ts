import type { PatientRow } from '../artifacts/patients.ts';
import { ruleInWords } from './headline.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { sign } from './series.ts';
import { dataTable } from './table.ts';

/** A page of 20,000 rows helps nobody: the rest stands in patients.csv. */
const MOST = 100;
/** Of a side these stand open, the rest under a click: wrong calls come first. */
const OPEN = 40;
/** The train side's calls say how well it was fitted and nothing else: under a click, behind what somebody looks for. */
const SIDES = [
  ['validation', 'on validation'],
  ['held-out', 'of the test side'],
  ['test', 'of the test set'],
  ['unlabelled', 'without labels'],
  ['train', 'on the train side'],
] as const;

/** What was called, series by series: validation first, and of each side the wrong ones first. */
export function calls({ patients, marks, recipe, page }: RunData): Section | null {
  if (patients.length === 0) return null;
  const short = patients.filter(
    (row) => row.calledBy === 'slices' && row.slices < recipe.evaluation.patient.slices,
  ).length;
  const doubtful = patients.filter((row) => row.doubtful !== null).length;
  const tables = SIDES.flatMap(([side, words]) => {
    const rows = wrongFirst(patients.filter((row) => row.side === side));
    if (rows.length === 0) return [];
    // All of a prediction's files stand there, and are nobody's test set.
    const where = page.predictsWith !== null && side === 'test' ? '' : ` ${words}`;
    const of = `${rows.length.toLocaleString('en-GB')} series${where}`;
    const part = (from: number, to: number, title: string) => callsTable(marked(marks, title), rows.slice(from, to));
    const wrongs = rows.filter(isWrong).length;
    if (side === 'train') {
      const first = rows.length > MOST ? `, the first ${MOST}` : '';
      return [
        html`<details><summary>Calls of the ${of}: ${wrongs} ${wrongs === 1 ? 'differs' : 'differ'} from the labels. These were fitted, and measure nothing else</summary>${part(0, MOST, `Calls of the final model, ${of}${first}`)}</details>`,
      ];
    }
    const rest = Math.min(rows.length, MOST);
    const open = Math.min(OPEN, rows.length);
    const shown = open < rows.length ? `, the first ${open}` : '';
    return [
      html`${part(0, open, `Calls of the final model, ${of}${shown}`)}${rest > open && html`<details><summary>${rest - open} more of them</summary>${part(open, rest, `Calls of the final model, ${of}, ${open + 1} to ${rest}`)}</details>`}`,
    ];
  });
  return {
    id: 'calls',
    title: 'Calls',
    body: html`<p>A series is called positive with ${ruleInWords(recipe.evaluation.patient)}; a patient when any of its series is. Places count from 0. ${short > 0 && html`<b>${short} series ${short === 1 ? 'has' : 'have'} fewer slices than the rule needs and can never be called.</b>`} ${doubtful > 0 && html`<b>${doubtful} series ${doubtful === 1 ? 'is' : 'are'} doubtful</b>: what speaks against each stands beside its call.`} A run does not cross a hole, where slices are missing, and slices at one place count once.</p>
${tables}
<p class="note">patients.csv has every series of every model.</p>`,
  };
}

const isWrong = (row: PatientRow): boolean => row.truthSameRule !== null && row.truthSameRule !== row.call;

const wrongFirst = (rows: readonly PatientRow[]): PatientRow[] => [
  ...rows.filter(isWrong),
  ...rows.filter((row) => !isWrong(row)),
];

function callsTable(caption: string, rows: readonly PatientRow[]): Html {
  // Where nothing has a label, columns of `unknown` would say nothing.
  const doubts = rows.some(({ doubtful }) => doubtful !== null);
  const truths = rows.some(({ labelled }) => labelled > 0);
  return dataTable(
    caption,
    [
      { title: 'patient', code: true },
      { title: 'series', code: true },
      { title: 'call' },
      ...(truths ? [{ title: 'truth, same-rule' }, { title: 'truth, any-slice' }] : []),
      { title: 'highest p(any)', number: true },
      { title: 'longest run', number: true },
      { title: 'places', number: true },
      { title: 'slices', number: true },
      ...(doubts ? [{ title: 'doubtful', wrap: true }] : []),
    ],
    rows.map((row) => [
      row.patient,
      row.series,
      html`<span class="${isWrong(row) ? 'wrong' : ''}">${sign(row.call)}${isWrong(row) && ' (differs)'}</span>`,
      ...(truths ? [sign(row.truthSameRule), sign(row.truthAnySlice)] : []),
      row.highestAny.toFixed(3),
      row.longestRun,
      row.firstOrder === null ? '–' : [...new Set([row.firstOrder, row.lastOrder])].join('–'),
      row.slices,
      ...(doubts ? [row.doubtful ?? ''] : []),
    ]),
  );
}

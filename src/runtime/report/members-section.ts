import type { ModelMetrics, SideMetrics } from '../artifacts/metrics.ts';
import { machineNotes, madeOnIn } from '../store/machines.ts';
import { figureCell } from './figure-cell.ts';
import { html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

const validationOf = (model: ModelMetrics | undefined): SideMetrics | undefined =>
  model?.sides.find(({ side }) => side === 'validation');

/** Of an ensemble: what it averages, figure by figure below its own. Null of any other run. */
export function membersSection({ page, metrics, final, recipe, marks }: RunData): Section | null {
  const { members } = page;
  if (members === undefined) return null;
  const own = validationOf(metrics?.models.find(({ model }) => model === final));
  const names = (own?.figures ?? [])
    .filter(({ label }) => label === undefined || label === 'any')
    .map(({ name }) => name);
  if (own === undefined) {
    const runs = members.map(({ run }) => run).join(', ');
    return {
      id: 'members',
      title: 'Members',
      body: html`<p>The mean of ${runs}. No slice of a validation side has a label.</p>`,
    };
  }
  const row = (name: string, side: SideMetrics | undefined) => [
    name,
    ...names.map((figure) => {
      const found = side?.figures.find((one) => one.name === figure);
      return side && found ? figureCell(found, side.labelled.patients) : '';
    }),
  ];
  const made = members.flatMap(({ run, machines = [] }) => madeOnIn(machines, run));
  const table = dataTable(
    marked(marks, 'Validation: the ensemble, and the runs that it is the mean of'),
    ['run', ...names].map((title, i) => ({ title, number: i > 0 })),
    [row(`${recipe.name} (the mean)`, own), ...members.map(({ run, metrics }) => row(run, validationOf(metrics)))],
  );
  return {
    id: 'members',
    title: 'Members',
    body: html`${table}
<p class="note">All rows are over the same slices and by the same settings, those of this page’s recipe.</p>
${machineNotes(made).map((note) => html`<p class="note">${note}</p>`)}`,
  };
}

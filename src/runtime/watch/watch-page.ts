import { isVerdict } from '../artifacts/marks.ts';
import { curvesBody } from '../compare/curves-body.ts';
import { comparedCurves } from '../compare/run-curves.ts';
import { decimals } from '../evaluate/shown.ts';
import { type Html, html } from '../report/html.ts';
import { duration } from '../report/provenance.ts';
import { marked, type Section } from '../report/section.ts';
import { renderShell } from '../report/shell.ts';
import { dataTable } from '../report/table.ts';
import { WATCH_SCRIPT } from './watch-script.ts';
import type { WatchedRun, WatchedStage } from './watched-run.ts';

/** A run as it stands now, as a page that keeps itself at that: it shows no picture, no id and no path. */
export async function watchPage(run: WatchedRun): Promise<string> {
  const marks = run.marks.filter((mark) => !isVerdict(mark));
  return renderShell({
    kind: 'watch',
    name: run.run,
    marks,
    verdicts: run.marks.filter(isVerdict),
    leads: [stateText(run)],
    top: run.error === null ? null : html`<p class="wrong">${run.error}</p>`,
    sections: [
      { id: 'stages', title: 'Stages', body: stagesBody(run, marks) },
      ...(await curvesSection(run, marks)),
      ...notesSection(run),
    ],
    version: null,
    scores: false,
    script: WATCH_SCRIPT,
    asks: true,
  });
}

function stateText({ state, recipe, started, finished, stages }: WatchedRun): string {
  const at = (time: string) => `${time.slice(0, 19).replace('T', ' ')} UTC`;
  const working = stages.find((one) => one.state === 'working');
  const now = working === undefined ? '' : `, at ${working.stage}${leftText(working)}`;
  const ended = finished === null ? '' : `, ended ${at(finished)}`;
  return `${recipe}: ${state}${now}. Started ${at(started)}${ended}.`;
}

function leftText({ training }: WatchedStage): string {
  const left = training?.secondsLeft ?? null;
  return left === null ? '' : `, about ${duration(left)} of it left`;
}

function stagesBody({ stages }: WatchedRun, marks: readonly string[]): Html {
  if (stages.length === 0) return html`<p>Nothing has begun yet.</p>`;
  const columns = [
    'stage',
    'state',
    'epoch',
    'update',
    'training loss',
    'validation mean-log-loss',
    'learning rate',
    'slices/s',
    'left',
  ];
  return dataTable(
    marked(marks, 'Stages of the run'),
    columns.map((title, i) => ({ title, number: i > 1 })),
    stages.map((one) => {
      const { stage, state, seconds, training } = one;
      const done = state === 'done' && seconds !== null ? `done in ${duration(seconds)}` : state;
      if (training === null) return [stage, done, '', '', '', '', '', '', ''];
      const { epoch, epochs, update, updates, loss, validation, learningRate, slicesPerSecond, secondsLeft } = training;
      return [
        stage,
        done,
        `${short(epoch)} of ${short(epochs)}`,
        update === null ? '' : `${update.toLocaleString('en-GB')} of ${updates.toLocaleString('en-GB')}`,
        decimals(loss),
        validation === null ? '' : decimals(validation),
        learningRate === null ? '' : learningRate.toPrecision(3),
        slicesPerSecond === null ? '' : Math.round(slicesPerSecond).toLocaleString('en-GB'),
        state === 'working' && secondsLeft !== null ? `about ${duration(secondsLeft)}` : '',
      ];
    }),
  );
}

const short = (value: number): string => String(Number(value.toFixed(2)));

async function curvesSection({ curves }: WatchedRun, marks: readonly string[]): Promise<Section[]> {
  const body = await curvesBody(comparedCurves([curves]), marks);
  return body === null ? [] : [{ id: 'curves', title: 'Curves', body }];
}

function notesSection({ notes }: WatchedRun): Section[] {
  if (notes.length === 0) return [];
  const body = html`<ul class="items">${[...notes]
    .reverse()
    .map(
      ({ time, level, stage, message }) =>
        html`<li>${time.slice(11, 19)} ${stage !== null && html`${stage}: `}${level === 'warning' ? html`<b class="wrong">${message}</b>` : message}</li>`,
    )}</ul>`;
  return [{ id: 'notes', title: 'What it told', short: 'Notes', body }];
}

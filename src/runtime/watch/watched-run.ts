import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { readFile, stat } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import type { Mark } from '../artifacts/marks.ts';
import type { CurvePoint } from '../compare/comparison.ts';
import { runCurves } from '../compare/run-curves.ts';
import { allMarks } from '../evaluate/summary-table.ts';
import type { RunEvent } from '../events.ts';
import { type RunState, readRun, stateOf } from '../runs/run-folder.ts';

/** A run as it stands now. */
export interface WatchedRun {
  run: string;
  recipe: string;
  state: RunState;
  marks: readonly Mark[];
  started: string;
  finished: string | null;
  error: string | null;
  /** In the order in which they came. */
  stages: readonly WatchedStage[];
  /** Warnings, and what it told otherwise, newest last; at most `MOST_NOTES`. */
  notes: readonly { time: string; level: 'info' | 'warning'; stage: string | null; message: string }[];
  curves: ReadonlyMap<string, readonly CurvePoint[]>;
}

export interface WatchedStage {
  stage: string;
  state: 'cached' | 'working' | 'done' | 'ended';
  since: string;
  /** Of its work; null while it goes on. */
  seconds: number | null;
  training: WatchedTraining | null;
}

/** What its last epoch said. */
export interface WatchedTraining {
  epoch: number;
  epochs: number;
  update: number | null;
  updates: number;
  loss: number;
  validation: number | null;
  slicesPerSecond: number | null;
  /** Reckoned from the last epoch; null where that says nothing. */
  secondsLeft: number | null;
  learningRate: number | null;
}

const MOST_NOTES = 50;

type Logged = RunEvent & { time: string };

/** Reads a run's folder. Throws IchorError `unknown-run`, `run-damaged` (exit 2). */
export async function watchedRun(folder: string): Promise<WatchedRun> {
  const record = await readRun(folder);
  if (record === null)
    throw new IchorError('unknown-run', `There is no run in ${folder}.`, 'See what there is: `ichor runs list`.', 2);
  const events = await loggedEvents(folder);
  const state = stateOf(record);
  return {
    run: record.name,
    recipe: record.recipe,
    state,
    marks: allMarks(record),
    started: record.started,
    finished: record.finished,
    error: record.error,
    stages: stagesOf(events, state),
    notes: events
      .flatMap((event) =>
        event.type === 'note'
          ? [{ time: event.time, level: event.level, stage: event.stage ?? null, message: event.message }]
          : [],
      )
      .slice(-MOST_NOTES),
    curves: await runCurves(folder),
  };
}

/** Another text wherever `watchedRun` may say something else: also where the run's process is gone. */
export async function watchStamp(folder: string): Promise<string> {
  const record = await readRun(folder);
  const stamps = await Promise.all(
    ['run.json', 'log.jsonl', 'history.csv'].map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
        () => '',
      ),
    ),
  );
  return [record?.status ?? '', ...stamps].join('|');
}

/** The last line may be half of one: somebody is writing it. */
async function loggedEvents(folder: string): Promise<Logged[]> {
  const text = await readFile(join(folder, 'log.jsonl'), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line): Logged[] => {
    try {
      return [JSON.parse(line) as Logged];
    } catch {
      return [];
    }
  });
}

function stagesOf(events: readonly Logged[], state: RunState): WatchedStage[] {
  const stages = new Map<string, WatchedStage>();
  for (const event of events) {
    const { time: since } = event;
    if (event.type === 'stage-cached')
      stages.set(event.stage, { stage: event.stage, state: 'cached', since, seconds: null, training: null });
    if (event.type === 'stage-start')
      stages.set(event.stage, { stage: event.stage, state: 'working', since, seconds: null, training: null });
    const known = 'stage' in event && event.stage !== undefined ? stages.get(event.stage) : undefined;
    if (known === undefined) continue;
    if (event.type === 'stage-done') stages.set(known.stage, { ...known, state: 'done', seconds: event.seconds });
    if (event.type === 'epoch') stages.set(known.stage, { ...known, training: trainingOf(event) });
  }
  // What a run that is over was at is not being worked on.
  if (state === 'running') return [...stages.values()];
  return [...stages.values()].map((one) => (one.state === 'working' ? { ...one, state: 'ended' } : one));
}

function trainingOf(event: Extract<RunEvent, { type: 'epoch' }>): WatchedTraining {
  const { epoch, epochs, updates, steps, loss, validation, learningRate, speed } = event;
  const update = event.update ?? null;
  // By updates where it is stated in them, else by passes over the data.
  const left = update === null ? (epochs - epoch) * steps : updates - update;
  return {
    epoch,
    epochs,
    update,
    updates,
    loss,
    validation: validation?.['mean-log-loss'] ?? null,
    slicesPerSecond: speed?.slicesPerSecond ?? null,
    secondsLeft: speed === null || steps === 0 ? null : (speed.seconds / steps) * Math.max(0, left),
    learningRate: learningRate ?? null,
  };
}

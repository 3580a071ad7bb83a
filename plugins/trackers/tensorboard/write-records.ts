import { readdir, rename } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { TrackBegin, TrackContext, TrackRecord } from '../../../src/index.ts';
import {
  appendEvents,
  restartEvent,
  scalarsEvent,
  sessionEndEvent,
  sessionStartEvent,
  textEvent,
} from './event-file.ts';

/** What is kept of a run: where its files are, and how much of each is ours. */
interface State {
  format: 1;
  /** Absolute where one was stated for all runs; else from the tracker's own folder in the run, which may move. */
  folder: string;
  /** Name of the event file in each folder: of this run and no other. */
  file: string;
  /** By folder below `folder`, `.` for itself. */
  files: Record<string, FileState>;
}

interface FileState {
  bytes: number;
  /** Of its last curve. */
  step: number;
  /** Bytes before the end of the run, which a run that goes on takes back; -1: the end is being written. */
  beforeEnd?: number;
}

/**
 * Writes records into the event files of their run: curves in a folder a network, what is of the run itself beside them.
 * @param stated the folder of all runs, from the workspace; null: the run's own
 * @returns what the next call has to know
 */
export async function writeRecords(
  records: readonly TrackRecord[],
  context: TrackContext,
  stated: string | null,
): Promise<State> {
  const [first] = records;
  const begin = records.find((record) => record.type === 'begin');
  const state = kept(context.state) ?? (await begun(begin, context, stated, first));
  const work = new Work(await named(state, records, context.folder));
  for (const record of records) work.take(record);
  return work.write(context.folder);
}

class Work {
  readonly #events = new Map<string, Buffer[]>();
  readonly #state: State;
  #time = 0;

  constructor(state: State) {
    this.#state = structuredClone(state);
  }

  take(record: TrackRecord): void {
    this.#time = record.time;
    switch (record.type) {
      case 'begin':
        this.#begin(record);
        break;
      case 'scalars': {
        const folder = record.stage.replaceAll(/[^A-Za-z0-9._-]+/g, '-');
        const file = this.#file(folder);
        if (record.step <= file.step) this.#add(folder, restartEvent(record.time, record.step));
        file.step = record.step;
        this.#add(folder, scalarsEvent(record.time, record.step, record.values));
        break;
      }
      case 'figures': {
        const named = Object.entries(record.values).map(([name, value]) => [`${record.side}/${name}`, value] as const);
        const file = this.#file(record.model);
        this.#add(record.model, scalarsEvent(record.time, file.step, Object.fromEntries(named)));
        break;
      }
      case 'artifact':
        break;
      case 'end': {
        // An interrupted run is gone on with: TensorBoard takes the first end that it reads for the last word.
        if (record.state === 'interrupted') break;
        const file = this.#file('.');
        file.beforeEnd = -1;
        this.#add('.', sessionEndEvent(record.time, record.state !== 'failed'));
      }
    }
  }

  #begin({
    time,
    run,
    marks,
    params,
    parent,
    seed,
    dataSeed,
    recipeText,
    versions,
    engine,
    resumes,
  }: TrackBegin): void {
    const file = this.#file('.');
    if (resumes !== null && file.bytes > 0) {
      if (file.beforeEnd !== undefined) file.bytes = file.beforeEnd;
      delete file.beforeEnd;
      this.#add('.', textEvent(time, 'resumed', `${run} goes on with ${resumes}.`));
      return;
    }
    const about = [
      ['marks', marks.join(', ') || 'none'],
      ['seed', `${seed}, of the data ${dataSeed}`],
      ...(parent === null ? [] : [[parent.kind, parent.name]]),
      ['engine', engine === null ? 'none' : `${engine.kind}, ${engine.version}`],
      ['ichor', versions.ichor ?? ''],
    ];
    const table = ['| run | |', '| --- | --- |', ...about.map(([name, value]) => `| ${name} | ${value} |`)];
    // Of a sweep what it tries: among all that is equal nobody would find it.
    const told = parent === null ? params : { seed, 'data.seed': dataSeed, ...parent.point };
    // What has to stand beside every number stands in the table that has no other place for it.
    const hparams = marks.length === 0 ? told : { ...told, marks: marks.join(', ') };
    this.#add('.', textEvent(time, 'run', [`**${run}**`, '', ...table].join('\n')));
    this.#add('.', textEvent(time, 'recipe', `\`\`\`yaml\n${recipeText}\n\`\`\``));
    this.#add('.', sessionStartEvent(time, hparams));
  }

  #file(folder: string): FileState {
    const { files } = this.#state;
    const file = files[folder] ?? { bytes: 0, step: 0 };
    files[folder] = file;
    return file;
  }

  #add(folder: string, event: Buffer): void {
    this.#events.set(folder, [...(this.#events.get(folder) ?? []), event]);
    this.#file(folder);
  }

  /** @param own the tracker's folder in the run */
  async write(own: string): Promise<State> {
    const { file: name } = this.#state;
    const root = resolve(own, this.#state.folder);
    for (const [folder, events] of this.#events) {
      const file = this.#file(folder);
      file.bytes = await appendEvents(join(root, folder, name), file.bytes, this.#time, events);
      // The end is the last of a run.
      if (file.beforeEnd === -1) file.beforeEnd = file.bytes - (events.at(-1)?.length ?? 0);
    }
    return this.#state;
  }
}

const kept = (state: unknown): State | null =>
  typeof state === 'object' && state !== null && (state as Partial<State>).format === 1 ? (state as State) : null;

/**
 * Files in the run's own folder stand under its name there: those of a run that it goes on with came with that one's. Does it again where a
 * delivery was cut off behind it.
 */
async function named(state: State, records: readonly TrackRecord[], own: string): Promise<State> {
  const last = records.findLast((record) => record.type === 'begin');
  if (!last?.resumes || isAbsolute(state.folder) || state.folder === last.run) return state;
  await rename(join(own, state.folder), join(own, last.run)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return { ...state, folder: last.run };
}

/** A folder of the run's own: what another run of this name left there is not written into. */
async function begun(
  begin: TrackBegin | undefined,
  { folder: own, workspace }: TrackContext,
  stated: string | null,
  first: TrackRecord | undefined,
): Promise<State> {
  const time = begin?.time ?? first?.time ?? 0;
  const file = `events.out.tfevents.${Math.floor(time / 1000)}.ichor.${(begin?.recipeHash ?? '').slice(0, 12) || 'run'}`;
  const run = begin?.run ?? 'run';
  for (let n = 1; ; n++) {
    const name = n === 1 ? run : `${run}-${n}`;
    const folder = stated === null ? name : join(resolve(workspace, stated), name);
    const there = await readdir(resolve(own, folder)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    if (!there.some((name) => name.startsWith('events.') && name !== file))
      return { format: 1, folder, file, files: {} };
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { explainSystemError } from '../../files/system-error.ts';
import { thrownText } from '../../registry/diagnostics/thrown-text.ts';
import { findWorkspace } from '../../registry/resolve/workspace.ts';
import type { RunEvent } from '../../runtime/events.ts';
import { isCancelled, type JobsFile, type PlacedJob, partOfPoint, readJobs } from '../../runtime/jobs/folder.ts';
import { inputWaitSeconds } from '../../runtime/jobs/input-wait.ts';
import { inputsOf } from '../../runtime/jobs/inputs.ts';
import { type JobRecord, writeRecord } from '../../runtime/jobs/record.ts';
import { assertSameNode } from '../../runtime/jobs/same-node.ts';
import type { Machine } from '../../runtime/machine.ts';
import { thisProcess } from '../../runtime/store/process-identity.ts';
import { printError } from '../end.ts';
import type { PointsOf } from '../points/messages.ts';
import { pointsOf } from '../points/points-of.ts';
import { runnerHere } from '../points/runner-here.ts';
import { progressReporter } from '../progress.ts';
import { settledOptions } from './settled-options.ts';

/** It put its work away, and is to be put back into the queue (EX_TEMPFAIL of sysexits.h). */
const PUT_AWAY = 75;
const BEAT_MS = 10_000;
/** What changes is written no more often than so. */
const LEAST_MS = 1000;

/**
 * `ichor job FOLDER PLACE`, as an executor calls it: makes what that job of the folder is to make, and says in its record how it
 * went. 0 it is made, 1 it failed, 2 it cannot be begun here, 75 it was told to stop and has put its work away.
 */
export async function jobCommand(folder: string, text: string): Promise<number> {
  const place = Number(text);
  const stop = stopSignal();
  const file = await jobsOf(folder);
  const job = file.jobs[place];
  if (job === undefined)
    throw new IchorError('job-not-there', `${folder} has no job ${text}.`, 'It is called by an executor alone.', 2);
  const record = new OwnRecord(folder, place, job.name);
  await record.begin();
  try {
    record.machine = await assertSameNode(file, (file.of as PointsOf).options.engine);
    if (isCancelled(folder)) throw cancelled();
    await inputsOf(file, job, stop);
    const run = await make(file, job, stop, (event) => record.tell(event));
    await record.end('done', null, job.until === null ? run : null);
    return 0;
  } catch (thrown) {
    const error = explainSystemError(thrown);
    const {
      code,
      message,
      hint = null,
    } = error instanceof IchorError ? error : { code: 'unexpected', message: thrownText(error) };
    if (stop.aborted && !isCancelled(folder)) {
      await record.end('preempted', null, null);
      process.stderr.write('Told to stop: what it did is put away, and goes on from there.\n');
      return PUT_AWAY;
    }
    const end = code === 'job-input-missing' ? 'input-missing' : 'failed';
    await record.end(end, isCancelled(folder) ? cancelled() : { code, message, hint: hint ?? null }, null);
    return printError(thrown);
  } finally {
    record.stop();
  }
}

const cancelled = (): IchorError =>
  new IchorError('job-cancelled', 'It was cancelled.', 'The same command submits it again.');

/** An executor tells a job to stop by SIGTERM, some of them twice. What a terminal sends is for the driver. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (signal === 'SIGTERM') controller.abort(new Error('told to stop'));
    });
  }
  return controller.signal;
}

/** On a network drive the folder may be newer than what this machine has seen. */
async function jobsOf(folder: string): Promise<JobsFile> {
  const until = performance.now() + inputWaitSeconds() * 1000;
  for (;;) {
    const file = await readJobs(folder);
    if (file !== null) return file;
    if (performance.now() > until)
      throw new IchorError(
        'store-not-shared',
        `${folder} is not there: this machine does not see the store under the path that the driver does.`,
        'Name a folder of a drive that all nodes share: --store DIR',
        2,
      );
    await sleep(Math.min(1000, inputWaitSeconds() * 100 + 10));
  }
}

async function make(
  { of, cwd, store, threads, params }: JobsFile,
  job: PlacedJob,
  signal: AbortSignal,
  tell: (event: RunEvent) => void,
): Promise<string> {
  const { point: key, recipe } = job;
  process.chdir(cwd);
  const points = await pointsOf(of as PointsOf);
  const point = points.get(key);
  const settings = settledOptions(of as PointsOf);
  // The recipe's own go before what the driver settled for all, as they do without jobs.
  const own = point?.recipe().engine.threads ?? null;
  const runner = runnerHere(points, {
    ...settings,
    ...(settings.threads === undefined && own === null && threads !== null ? { threads } : {}),
    storeRoot: store,
    workspace: findWorkspace(cwd),
    signal,
  });
  const report = progressReporter({});
  const emit = (event: RunEvent) => {
    tell(event);
    report(event);
  };
  return runner.run(key, { recipe, before: null, emit, ...partOfPoint(job, params) });
}

/** The record of this job, written whole each time, one after the other. */
class OwnRecord {
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #record: JobRecord;
  #written: Promise<void> = Promise.resolve();
  #last = 0;

  constructor(
    readonly folder: string,
    place: number,
    name: string,
  ) {
    this.#record = {
      format: 1,
      place,
      name,
      id: process.env.ICHOR_JOB_ID ?? 'by hand',
      process: thisProcess(),
      started: new Date().toISOString(),
      beat: 0,
      machine: null,
      stage: null,
      line: null,
      end: null,
      error: null,
      run: null,
      peakBytes: 0,
      seconds: 0,
    };
    this.#timer = setInterval(() => void this.#write().catch(() => {}), BEAT_MS);
    this.#timer.unref();
  }

  /** What it computes with. */
  set machine(machine: Machine | null) {
    this.#record = { ...this.#record, machine };
  }

  begin(): Promise<void> {
    return this.#write();
  }

  tell(event: RunEvent): void {
    const stage = 'stage' in event ? (event.stage ?? null) : null;
    if (event.type === 'stage-start') this.#record = { ...this.#record, stage: event.stage, line: event.stage };
    else if (event.type === 'epoch') this.#say(`${stage}  epoch ${event.epoch} of ${event.epochs}`);
    else if (event.type === 'progress') this.#say(`${stage}  ${event.done} of ${event.total} ${event.unit}`);
    else if (event.type === 'stage-done') this.#say(`${stage}  done`);
    else return;
    const now = performance.now();
    if (now - this.#last < LEAST_MS) return;
    // That it cannot be written is told at the end, if it still is so.
    void this.#write().catch(() => {});
  }

  async end(end: JobRecord['end'], error: JobRecord['error'] | IchorError, run: string | null): Promise<void> {
    const told = error && { code: error.code, message: error.message, hint: error.hint ?? null };
    this.#record = { ...this.#record, end, error: told, run };
    await this.#write();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #say(line: string): void {
    this.#record = { ...this.#record, line };
  }

  #write(): Promise<void> {
    this.#last = performance.now();
    this.#written = this.#written
      .catch(() => {})
      .then(() => {
        const { beat } = this.#record;
        const seconds = Math.round((performance.now() - this.#started) / 100) / 10;
        this.#record = { ...this.#record, beat: beat + 1, seconds, peakBytes: process.resourceUsage().maxRSS * 1024 };
        return writeRecord(this.folder, this.#record);
      });
    return this.#written;
  }
}

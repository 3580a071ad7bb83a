import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { explainSystemError } from '../../files/system-error.ts';
import { thrownText } from '../../registry/diagnostics/thrown-text.ts';
import type { CpuBaseline } from '../../registry/kinds/executor.ts';
import { findWorkspace } from '../../registry/resolve/workspace.ts';
import { describeEngine } from '../../runtime/engine/open.ts';
import type { RunEvent } from '../../runtime/events.ts';
import { keepToBaseline } from '../../runtime/jobs/cpu-baseline.ts';
import { isCancelled, type JobsFile, type PlacedJob, readJobs } from '../../runtime/jobs/folder.ts';
import { inputWaitSeconds } from '../../runtime/jobs/input-wait.ts';
import { isMade } from '../../runtime/jobs/made.ts';
import { type JobRecord, writeRecord } from '../../runtime/jobs/record.ts';
import { type Machine, machineOf } from '../../runtime/machine.ts';
import { parseRange } from '../../runtime/range.ts';
import { thisProcess } from '../../runtime/store/process-identity.ts';
import { Store } from '../../runtime/store/store.ts';
import { ownVersion } from '../../version.ts';
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
    record.machine = await assertSame(file);
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

/** What would give other bytes, or other keys, is told before anything is made. */
async function assertSame({ version, node, engine, isa, threads, of, params }: JobsFile): Promise<Machine | null> {
  const differs = (what: string, there: string, here: string) =>
    new IchorError(
      'node-differs',
      `The driver has ${what} ${there}, and this machine ${here}.`,
      'Have all nodes run the same: an installation on a drive that they share, modules, or a container in the file of --on-config.',
    );
  const own = await ownVersion();
  if (own !== version) throw differs('ichor', version, own);
  if (process.versions.node !== node) throw differs('Node.js', node, process.versions.node);
  if (engine === null) return null;
  const baseline = params.cpuBaseline as CpuBaseline | null;
  keepToBaseline(baseline);
  const found = await describeEngine((of as PointsOf).options.engine);
  if (found.kind !== engine.kind || found.version !== engine.version)
    throw differs('the engine', `${engine.kind} (${engine.version})`, `${found.kind} (${found.version})`);
  const machine = machineOf(found.kind, threads ?? 1);
  if (isa !== null && machine.isa !== isa)
    throw new IchorError(
      'node-differs',
      baseline === isa
        ? `All jobs are kept to ${isa} (cpuBaseline), and this machine has ${machine.isa}.`
        : `With --exact everything is computed on ${isa}, as on the driver’s machine, and this one has ${machine.isa}.`,
      baseline === isa
        ? 'Keep to nodes that have it: constraint of the file of --on-config; or lower cpuBaseline there.'
        : 'Keep to nodes of one class: cpuBaseline or constraint of the file of --on-config; or leave --exact out.',
    );
  return machine;
}

/** Whether what others make for it is there; looked for again for as long as another machine may not see it yet. */
async function inputsOf({ store: root, jobs }: JobsFile, { needs }: PlacedJob, signal: AbortSignal): Promise<void> {
  const store = new Store(root);
  let left = needs.flatMap((need) => jobs[need]?.makes ?? []);
  const seconds = inputWaitSeconds();
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const missing = [];
    for (const one of left) if (!(await isMade(store, one))) missing.push(one);
    left = missing;
    const [first] = left;
    if (first === undefined) return;
    if (performance.now() > until)
      throw new IchorError(
        'job-input-missing',
        `${first.id} (${first.key.slice(0, 12)}), which it reads, is not in the store; it was looked for again for ${seconds} s.`,
        'The job that makes it failed, or has not ended: see `ichor jobs list`.',
      );
    await sleep(Math.min(1000, seconds * 100 + 10), undefined, { signal });
  }
}

async function make(
  { of, cwd, store, threads, params }: JobsFile,
  { point: key, until, recipe }: PlacedJob,
  signal: AbortSignal,
  tell: (event: RunEvent) => void,
): Promise<string> {
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
  const part = until === null ? {} : (parseRange(until) ?? { id: until });
  return runner.run(key, {
    recipe,
    before: null,
    emit,
    ranges: Number(params.ranges ?? 1),
    ...('id' in part ? { until: part.id } : {}),
    ...('range' in part ? { range: part.range } : {}),
  });
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

import { type ChildProcess, fork } from 'node:child_process';
import { IchorError } from '../../errors.ts';
import { type FromProcess, type PointsOf, receivedError, type ToProcess } from './messages.ts';
import type { PointRunner, PointTask } from './point-runner.ts';

/**
 * Runs points in processes beside this one, as many at once as `run` is called at once. A process that has ended one point
 * takes the next. What they share is made by one of them, under its lock, while the others wait.
 */
export class PointProcesses implements PointRunner {
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();

  constructor(
    readonly points: PointsOf,
    readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => {
      for (const child of this.#all) send(child, { type: 'stop' });
    });
  }

  run(key: string, { recipe, before, emit }: PointTask): Promise<string> {
    this.signal.throwIfAborted();
    const child = this.#idle.pop() ?? this.#start();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        child.off('message', onMessage).off('exit', onExit);
        settle();
      };
      const onMessage = (message: FromProcess) => {
        if (message.type === 'event') return emit(message.event);
        this.#idle.push(child);
        end(() => {
          if (message.type === 'done') resolve(message.run);
          else reject(message.type === 'stopped' ? this.signal.reason : receivedError(message.error));
        });
      };
      const onExit = (code: number | null, signal: NodeJS.Signals | null) => end(() => reject(ended(code, signal)));
      child.on('message', onMessage).on('exit', onExit);
      send(child, { type: 'run', key, recipe, before });
    });
  }

  /** Waits until all of them have ended. */
  async close(): Promise<void> {
    const ends = [...this.#all].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.once('exit', () => resolve());
          if (child.connected) child.disconnect();
        }),
    );
    await Promise.all(ends);
  }

  #start(): ChildProcess {
    const child = fork(process.argv[1] as string, ['points', JSON.stringify(this.points)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#all.add(child);
    child.on('exit', () => {
      this.#all.delete(child);
      const at = this.#idle.indexOf(child);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    return child;
  }
}

function send(child: ChildProcess, message: ToProcess): void {
  // One that has just died says so by its exit.
  if (child.connected) child.send(message, () => {});
}

function ended(code: number | null, signal: NodeJS.Signals | null): IchorError {
  const how = signal === null ? `with status ${code}` : `by ${signal}`;
  const memory = signal === 'SIGKILL' ? 'Where memory ran out, a smaller --jobs helps. ' : '';
  return new IchorError(
    'job-ended',
    `The process that ran it was ended ${how}.`,
    `${memory}The same command goes on from here.`,
  );
}

import { Console } from 'node:console';

/** What was wrong with code that was run under guard. */
export type Failure =
  | { kind: 'threw'; error: unknown }
  | { kind: 'exit'; status: unknown }
  | { kind: 'timeout' }
  | { kind: 'polluted'; names: string[] };

export type Guarded<T> = { value: T } | { failure: Failure };

export class Exit extends Error {
  constructor(readonly status: unknown) {
    super(`it called process.exit(${String(status ?? '')}).`);
  }
}

/**
 * Runs code of somebody else's while it loads, so that it cannot take the command with it. What it prints goes to standard
 * error, and so does what `console` prints from then on: standard output belongs to the command (`--format json`). An end by
 * process.exit, an error in one of its timers, a wait without end, and what it adds to the prototypes that everybody
 * shares (it is taken away again) are failures of the plugin: the first four only where the process is ours (`ownProcess`). It is no wall: a plugin is code, and has the
 * rights of whoever runs it; what blocks the thread for ever, blocks it.
 */
export async function guarded<T>(work: () => Promise<T>, seconds: number): Promise<Guarded<T>> {
  const known = new Map(SHARED.map(({ object }) => [object, new Set(Object.keys(object))]));
  let ended: Failure | undefined;
  let giveUp: (failure: Failure) => void = () => {};
  const gaveUp = new Promise<Failure>((resolve) => {
    giveUp = (failure) => {
      ended ??= failure;
      resolve(failure);
    };
  });
  const fail = (error: unknown) =>
    giveUp(error instanceof Exit ? { kind: 'exit', status: error.status } : { kind: 'threw', error });
  // Without a timer Node would end without a word: nothing else keeps a process alive that waits for ever.
  const timer = setTimeout(() => giveUp({ kind: 'timeout' }), seconds * 1000);
  running += 1;
  const release = owned ? holdProcess(fail) : () => {};
  try {
    const value = await Promise.race([work(), gaveUp.then((failure) => Promise.reject(new Stopped(failure)))]);
    const names = pollution(known);
    if (ended) return { failure: ended };
    return names.length > 0 ? { failure: { kind: 'polluted', names } } : { value };
  } catch (error) {
    pollution(known);
    if (ended) return { failure: ended };
    return { failure: error instanceof Stopped ? error.failure : { kind: 'threw', error } };
  } finally {
    running -= 1;
    clearTimeout(timer);
    release();
  }
}

let owned = false;

/**
 * From here on the process is ichor's own: while code of plugins loads, its standard output, its end and its failures are held.
 * A program that uses ichor as a library keeps them.
 */
export function ownProcess(): void {
  owned = true;
}

function holdProcess(fail: (error: unknown) => void): () => void {
  const { exit, exitCode } = process;
  const write = process.stdout.write;
  consoleToStandardError();
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  process.exit = ((status?: unknown) => {
    const error = new Exit(status);
    // Code may catch what stands for its end.
    fail(error);
    throw error;
  }) as typeof process.exit;
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  return () => {
    process.stdout.write = write;
    process.exit = exit;
    process.exitCode = exitCode;
    process.off('uncaughtException', fail);
    process.off('unhandledRejection', fail);
  };
}

/** Whether code runs under guard just now: what it does is told by that guard. */
export const isGuarding = (): boolean => running > 0;
let running = 0;

class Stopped extends Error {
  constructor(readonly failure: Failure) {
    super('stopped');
  }
}

/** What every object inherits. Only what can be enumerated is looked at: that breaks loops; a polyfill hides what it adds. */
const SHARED: readonly { name: string; object: object }[] = [
  { name: 'Object', object: Object.prototype },
  { name: 'Array', object: Array.prototype },
  { name: 'Function', object: Function.prototype },
  { name: 'String', object: String.prototype },
  { name: 'Number', object: Number.prototype },
];

function pollution(known: ReadonlyMap<object, ReadonlySet<string>>): string[] {
  const found: string[] = [];
  for (const { name, object } of SHARED) {
    for (const key of Object.keys(object)) {
      if (known.get(object)?.has(key)) continue;
      found.push(`${name}.prototype.${key}`);
      Reflect.deleteProperty(object, key);
    }
  }
  return found;
}

let redirected = false;

/** ichor itself writes to process.stdout, so that `console` belongs to plugins. */
function consoleToStandardError(): void {
  if (redirected) return;
  redirected = true;
  const own = new Console(process.stderr, process.stderr);
  for (const method of [
    'log',
    'info',
    'debug',
    'table',
    'dir',
    'dirxml',
    'group',
    'groupCollapsed',
    'timeEnd',
    'timeLog',
    'count',
  ] as const) {
    console[method] = own[method].bind(own);
  }
}

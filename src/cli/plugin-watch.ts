import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { type CallWatch, watchCalls } from '../registry/plugins/call-watch.ts';
import type { ImportWatch } from '../registry/plugins/import-watch.ts';
import { pluginSeconds } from '../registry/plugins/plugin-seconds.ts';
import { errorText } from './end.ts';
import { endAtSignals } from './interrupt.ts';

/** A plugin that merely waits is told by its own thread, in the seconds that it has; the watch ends what tells nothing. */
const GRACE_SECONDS = 2;
const INVALID = 2;

let thread: Promise<Worker | null> | undefined;

/**
 * Ends the process where a plugin holds its thread for ever: at its time from another thread, and at each signal by the system,
 * since no handler of ours would run.
 */
export const watchPlugin: ImportWatch = async (finding, seconds) => {
  const listenAgain = endAtSignals();
  thread ??= startThread();
  watchCalls(pluginCalls);
  const worker = await thread;
  worker?.postMessage({ text: endText(finding), afterMs: (seconds + GRACE_SECONDS) * 1000 });
  return () => {
    worker?.postMessage(null);
    listenAgain();
  };
};

/** Which call of a plugin's function runs now (its number, from 1; 0: none), and how many there have been. */
const calls = new Int32Array(new SharedArrayBuffer(8));
let named = 0;

/** Its functions are named once its code was loaded, so that the thread is there. */
const pluginCalls: CallWatch = {
  name(holds) {
    const own = errorText(holds(pluginSeconds()));
    void thread?.then((worker) => worker?.postMessage({ named: own }));
    named += 1;
    return named;
  },
  enter(call) {
    const before = Atomics.load(calls, 0);
    Atomics.store(calls, 0, call);
    Atomics.add(calls, 1, 1);
    return before;
  },
  leave(before) {
    Atomics.store(calls, 0, before);
  },
};

const endText = ({ code, message, hint, file, line }: Diagnostic): string =>
  `${errorText({ code, message, hint })}  ${file}${line > 0 ? `:${line}` : ''}\n`;

/** Null where no thread is to be had: then only signals end it. */
async function startThread(): Promise<Worker | null> {
  const worker = new Worker(new URL('./plugin-watch-thread.mjs', import.meta.url), {
    execArgv: [],
    workerData: {
      pluginWatch: true,
      status: INVALID,
      koffi: createRequire(import.meta.url).resolve('koffi'),
      calls,
      seconds: pluginSeconds(),
    },
  });
  worker.unref();
  // It has to listen before the plugin's code may hold this thread.
  return once(worker, 'message').then(
    () => worker,
    () => null,
  );
}

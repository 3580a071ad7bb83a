import { Worker } from 'node:worker_threads';
import { beat } from './heartbeat-thread.mjs';

/** A lock whose counter does not move for so many seconds of whoever waits is taken to be of a dead process. */
const STALE_SECONDS = 60;
/** Beats in that time: several may come late. */
const BEATS = 6;

/** `ICHOR_LOCK_STALE_SECONDS`: all processes that share a store must mean the same. */
export function staleSeconds(env: NodeJS.ProcessEnv = process.env): number {
  const stated = Number(env.ICHOR_LOCK_STALE_SECONDS);
  return Number.isFinite(stated) && stated > 0 ? stated : STALE_SECONDS;
}

interface Beats {
  start(file: string, token: string): void;
  stop(file: string): void;
}

/** Shorter work needs no thread, whose start takes longer than much of it. Milliseconds. */
const THREAD_AFTER_MS = 2000;

let beats: Beats | null = null;
let atOnce = false;
let startThread: () => void = () => {};

/** Before work that may hold the main thread for minutes, as that of an engine does: locks need their thread at once. */
export function beatInThread(): void {
  atOnce = true;
  startThread();
}

/** Keeps the counter of a lock file moving until the returned function is called, or the process ends. */
export function keepBeating(file: string, token: string): () => void {
  beats ??= beatsInThread();
  const own = beats;
  own.start(file, token);
  return () => own.stop(file);
}

function beatsInThread(): Beats {
  const everyMs = (staleSeconds() * 1000) / BEATS;
  const held = new Map<string, string>();
  let worker: Worker | null = null;
  startThread = () => {
    if (worker !== null) return;
    worker = new Worker(new URL('./heartbeat-thread.mjs', import.meta.url), {
      execArgv: [],
      workerData: { heartbeat: true, everyMs },
    });
    worker.unref();
    // Where no thread can be had, this one does it as well as it can.
    worker.on('error', () => {
      setInterval(() => {
        for (const [file, token] of held) if (!beat(file, token)) held.delete(file);
      }, everyMs).unref();
    });
    for (const [file, token] of held) worker.postMessage({ file, token });
  };
  if (atOnce) startThread();
  else setTimeout(startThread, Math.min(THREAD_AFTER_MS, everyMs / 2)).unref();
  return {
    start(file, token) {
      held.set(file, token);
      worker?.postMessage({ file, token });
    },
    stop(file) {
      held.delete(file);
      worker?.postMessage({ file, token: null });
    },
  };
}

import { constants } from 'node:os';
import { endBySystemAtSecond } from './second-signal.ts';

let status: number | null = null;
let listening = false;

/** 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP, null where nobody interrupted. */
export function interruption(): number | null {
  return status;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

/**
 * Aborts at the first signal, so that the run can stop at a point that loses nothing. A second one ends the process at
 * once, whatever it waits for: the system does it, because an orderly exit waits for threads that may hang (a read of a
 * drive that is gone). A shell sees the same status.
 */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  listening = true;
  // What the command's starter said of a signal until now: that nothing was begun.
  stopListening();
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (status !== null) return endNow(signal);
      status = 128 + constants.signals[signal];
      if (signal === 'SIGHUP') ignoreLostTerminal();
      controller.abort(new Error(`interrupted by ${signal}`));
      // Signals that came while the event loop was busy are heard in this turn; from the next one on nobody listens.
      setImmediate(stopListening);
      return undefined;
    });
  void endBySystemAtSecond(SIGNALS.map((signal) => constants.signals[signal]));
  return controller.signal;
}

/**
 * Until the returned function is called the system ends the process at a signal, also while code holds the thread: nothing was
 * begun yet. Once a command listens for itself nothing changes: a second signal ends it (`interruptible`).
 */
export function endAtSignals(): () => void {
  if (listening) return () => {};
  const before = SIGNALS.map((signal) => [signal, process.rawListeners(signal)] as const);
  stopListening();
  return () => {
    if (listening) return;
    for (const [signal, listeners] of before)
      for (const listener of listeners) process.on(signal, listener as NodeJS.SignalsListener);
  };
}

/** The system's own answer to these signals is to end the process. */
function stopListening(): void {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
}

function endNow(signal: Signal): void {
  stopListening();
  process.kill(process.pid, signal);
}

/** The terminal is gone, and what is written to it fails (EIO): that must not end the run before it has put its things away. */
function ignoreLostTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', () => {});
  }
}

import type { WorkEvent } from './events.ts';

/**
 * Work that goes on: await it for what comes of it, or iterate over what it tells while it does. Both at once are fine. An
 * iteration begins with what is told from then on, ends with the work, and throws what the work throws. Leaving it early
 * does not end the work: an AbortSignal does.
 */
export interface Job<T> extends Promise<T>, AsyncIterable<WorkEvent> {}

/** Starts the work in a later turn of the event loop's queue, so that who iterates at once misses nothing. */
export function startJob<T>(
  work: (emit: (event: WorkEvent) => void) => Promise<T>,
  onEvent?: (event: WorkEvent) => void,
): Job<T> {
  const listeners = new Set<(event: WorkEvent) => void>();
  const emit = (event: WorkEvent) => {
    onEvent?.(event);
    for (const listener of listeners) listener(event);
  };
  const promise = Promise.resolve().then(() => work(emit));
  return Object.assign(promise, {
    [Symbol.asyncIterator]: () => iteration(promise, listeners),
  });
}

async function* iteration(
  promise: Promise<unknown>,
  listeners: Set<(event: WorkEvent) => void>,
): AsyncGenerator<WorkEvent, void, undefined> {
  const waiting: WorkEvent[] = [];
  let wake = () => {};
  const listener = (event: WorkEvent) => {
    const last = waiting.at(-1);
    // Who is slow misses steps of a count, and nothing else.
    if (event.type === 'progress' && last?.type === 'progress' && last.stage === event.stage) waiting.pop();
    waiting.push(event);
    wake();
  };
  let ended = false;
  const end = () => {
    ended = true;
    wake();
  };
  promise.then(end, end);
  listeners.add(listener);
  try {
    for (;;) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
      if (ended) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await promise;
  } finally {
    listeners.delete(listener);
  }
}

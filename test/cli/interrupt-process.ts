import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { interruptible } from '../../src/cli/interrupt.ts';

/** Stands for a command that a signal finds in a state: it says `ready` and `heard`, and ends with 3 if nothing ends it. */
const [state, pipe = ''] = process.argv.slice(2);
const busy = (ms: number) => {
  for (const end = Date.now() + ms; Date.now() < end; );
};
const signal = interruptible();
signal.addEventListener('abort', () => {
  process.stdout.write('heard\n');
  // As `endWith` does: it waits for the threads of Node's pool.
  if (state === 'thread-hangs') process.exit(130);
  if (state === 'busy-after') setImmediate(() => setImmediate(() => busy(20_000)));
});
if (state === 'thread-hangs') {
  execFileSync('mkfifo', [pipe]);
  // Nobody writes: a thread of the pool waits for ever.
  open(pipe, 'r').catch(() => {});
}
// The system's part is loaded beside.
setTimeout(() => {
  process.stdout.write('ready\n');
  if (state === 'busy') setImmediate(() => busy(20_000));
}, 400);
setTimeout(() => process.exit(3), 25_000);

import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, 'interrupt-process.ts');

/** Two signals, the second after a moment. How the process ends, what it said, and how long after the second it did. */
async function twice(state: string, signals: readonly [NodeJS.Signals, NodeJS.Signals]) {
  const pipe = join(await mkdtemp(join(tmpdir(), 'ichor-signal-')), 'pipe');
  const child = spawn(process.execPath, ['--import', 'tsx', script, state, pipe], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const ended = new Promise<string>((resolve) => child.on('exit', (code, signal) => resolve(signal ?? `${code}`)));
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('ready')) resolve();
    }),
  );
  // A process that is busy is so from its next turn on.
  await sleep(100);
  child.kill(signals[0]);
  await sleep(300);
  child.kill(signals[1]);
  const start = Date.now();
  return { end: await ended, said, seconds: (Date.now() - start) / 1000 };
}

// A shell shows 130 for a process that SIGINT ended.
describe('a second signal ends the process at once', () => {
  it.each([
    ['while it waits for something that never comes', 'waits', ['SIGINT', 'SIGINT'], 'SIGINT'],
    ['of another kind', 'waits', ['SIGINT', 'SIGTERM'], 'SIGTERM'],
    ['while it is busy after the first', 'busy-after', ['SIGINT', 'SIGINT'], 'SIGINT'],
    [
      'while a thread of the pool hangs, which an orderly exit waits for',
      'thread-hangs',
      ['SIGINT', 'SIGINT'],
      'SIGINT',
    ],
  ] as const)(
    '%s',
    async (_, state, signals, wanted) => {
      const { end, said, seconds } = await twice(state, signals);
      expect(said).toContain('heard');
      expect(end).toBe(wanted);
      expect(seconds).toBeLessThan(5);
    },
    40_000,
  );

  // By way of glibc.
  it.runIf(process.platform === 'linux')(
    'while native code keeps the event loop busy all along',
    async () => {
      const { end, said, seconds } = await twice('busy', ['SIGINT', 'SIGINT']);
      expect(said).not.toContain('heard');
      expect(end).toBe('SIGINT');
      expect(seconds).toBeLessThan(5);
    },
    40_000,
  );
});

import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Null where it was ended by a signal. */
  status: number | null;
  /** The last of what it wrote, both streams together. */
  output: string;
  /** It was ended because nothing moved any more, or the time was up. */
  gaveUp: boolean;
}

/**
 * Runs a command without a terminal. It is ended when `moved()` has told nothing new for `stallMs`, or after `limitMs`.
 * @throws where it cannot be started (ENOENT)
 */
export async function runCommand(
  command: string,
  args: string[],
  options: {
    cwd: string;
    env: NodeJS.ProcessEnv;
    signal: AbortSignal | undefined;
    stallMs: number;
    limitMs: number;
    /** A number that changes while the command gets on, such as the bytes that it has written. Asked twice a second. */
    moved: () => Promise<number>;
  },
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // A group of its own, so that what the command starts ends with it.
    detached: process.platform !== 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  const kill = () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  };
  const started = Date.now();
  let last = -1;
  let since = started;
  let gaveUp = false;
  const watch = setInterval(async () => {
    const now = (await options.moved().catch(() => last)) + output.length;
    if (now !== last) since = Date.now();
    last = now;
    if (Date.now() - since <= options.stallMs && Date.now() - started <= options.limitMs) return;
    gaveUp = true;
    kill();
  }, 500);
  options.signal?.addEventListener('abort', kill, { once: true });
  try {
    const status = await new Promise<number | null>((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    });
    options.signal?.throwIfAborted();
    return { status, output, gaveUp };
  } finally {
    clearInterval(watch);
    options.signal?.removeEventListener('abort', kill);
  }
}

/**
 * The line that says why, of a command's output: what a tool that retries says last (pip then ends with "no matching
 * distribution", which misleads), else the last that begins as an error, or speaks of one; else the last.
 */
export function lastError(output: string): string {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at /.test(line));
  const broken = lines.map((line) => /connection broken by '?(.+?)'?: \/\S*$/.exec(line)?.[1]).findLast(Boolean);
  return (
    broken?.replace(/<[^>]*>: /, '') ??
    lines.findLast((line) => /^\w*Error: /i.test(line)) ??
    lines.findLast((line) => /error|failed/i.test(line)) ??
    lines.at(-1) ??
    ''
  );
}

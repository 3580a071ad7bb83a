import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { WayFailed } from './events.ts';

/** Libraries in a folder, as `openNativeEngine` takes them; the version is not known yet. */
export interface TriedLibraries {
  folder: string;
  cc: string;
  framework: string | null;
}

export type TryResult = { ok: true; version: string } | { ok: false; reason: string };

export type TryLibraries = (libraries: TriedLibraries, signal?: AbortSignal) => Promise<{ version: string }>;

/** Loading takes a second; a cold disk and a busy machine are slower. */
const LIMIT_MS = 180_000;

/**
 * Loads the libraries and computes with them in a process of its own. Returns the version that they state.
 * @throws WayFailed with what happened, crashes included
 */
export const tryLibraries: TryLibraries = async (libraries, signal) => {
  const source = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(source ? './try.ts' : './try.js', import.meta.url));
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return runChild(entry, source ? ['--import', tsx()] : [], libraries, LIMIT_MS, signal);
};

/** Exported for the tests of crashes. */
export async function runChild(
  entry: string,
  execArgv: string[],
  libraries: TriedLibraries,
  limitMs: number,
  signal?: AbortSignal,
): Promise<{ version: string }> {
  const child = fork(entry, [], {
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Set before the process starts: the library's C code reads it when it is loaded.
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '1' },
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  let result: TryResult | undefined;
  child.on('message', (message) => {
    result = message as TryResult;
  });
  const ended = new Promise<{ code: number | null; killedBy: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, killedBy) => resolve({ code, killedBy }));
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limitMs);
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    child.send(libraries);
    const { code, killedBy } = await ended;
    signal?.throwIfAborted();
    if (late) throw new WayFailed(`the libraries did not answer within ${limitMs / 1000} s`);
    if (result?.ok) return { version: result.version };
    if (result) throw new WayFailed(explain(result.reason));
    throw new WayFailed(crashed(code, killedBy, stderr));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function crashed(code: number | null, killedBy: NodeJS.Signals | null, stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  if (killedBy === 'SIGILL') {
    return "the processor lacks instructions that these libraries need (TensorFlow's own builds need AVX)";
  }
  if (killedBy === 'SIGKILL') return 'the process that tried them was killed, perhaps for want of memory';
  const how = killedBy ? `was ended by ${killedBy}` : `ended with status ${code}`;
  return explain(`the process that tried them ${how}${last ? `: ${last}` : ''}`);
}

/** What the loader says, in words that help. */
function explain(reason: string): string {
  const needed = /version [`'"]?(GLIBC(?:XX)?_[\d.]+)['"]? not found/.exec(reason)?.[1];
  if (needed) return `this system's C library is too old for these libraries: they need ${needed}`;
  if (
    /ld-linux|libc\.so\.6|ld-musl|Error relocating/.test(reason) &&
    /no such file|not found|relocating/i.test(reason)
  ) {
    return `these libraries need glibc, which this system does not have (${reason})`;
  }
  return `the libraries cannot be used: ${reason}`;
}

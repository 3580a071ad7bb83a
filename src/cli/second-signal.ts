/**
 * Lets the system end the process at the second signal of a kind, even while native code keeps the event loop busy (a
 * step of a large network takes tens of seconds) and no handler of ours runs: the first signal is still ours. Node's
 * handler is set anew for one call only, as System V does. Where that is not to be had (no glibc), the second signal is
 * heard when the event loop next turns.
 */
export async function endBySystemAtSecond(numbers: readonly number[]): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load(null);
    const replace = libc.func('void *signal(int, void *)');
    const forOneCall = libc.func('void *sysv_signal(int, void *)');
    for (const number of numbers) forOneCall(number, replace(number, null));
    return true;
  } catch {
    // musl has no such call, and a machine without koffi's binary runs all but the native engine.
    return false;
  }
}

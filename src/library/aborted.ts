import { IchorError } from '../errors.ts';
import { explainSystemError } from '../files/system-error.ts';

/** What was asked for ended because its caller wanted it to. */
const aborted = (signal: AbortSignal, cause: unknown): IchorError =>
  new IchorError(
    'aborted',
    'It was aborted by its caller.',
    'Nothing that was finished is lost: the same call goes on from here.',
    1,
    { cause: signal.reason ?? cause },
  );

/** A signal that nobody sends. */
export const never = (): AbortSignal => new AbortController().signal;

/** Runs what may be aborted. All that it throws is an IchorError, or a fault of ichor: `aborted` where the signal said so. */
export async function abortable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw aborted(signal, undefined);
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw aborted(signal, error);
    throw explainSystemError(error);
  }
}

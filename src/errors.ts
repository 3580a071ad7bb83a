/**
 * An error that a user can act on. The message says what happened and why, the hint what to do next.
 * `exit` is the command's exit status: 2 where the input is wrong, 1 where the run failed.
 */
export class IchorError extends Error {
  override readonly name = 'IchorError';
  constructor(
    /** Permanent, in kebab case: `source-missing`. */
    readonly code: string,
    message: string,
    readonly hint?: string,
    readonly exit: 1 | 2 = 1,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

import { visible } from './registry/diagnostics/odd-characters.ts';

/** The same symbol in every copy of this file: `import` and `require` of ichor load one each. */
const BRAND = Symbol.for('ichor.IchorError');

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
    // Ids and values out of files stand in messages: what makes one another one must be seen.
    super(visible(message), options);
  }

  static {
    // `instanceof` is true of the errors of any copy; for a class that extends this one it means what it always means.
    const hasInstance = function (this: unknown, value: unknown): boolean {
      if (this !== IchorError) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === 'object' && value !== null && BRAND in value;
    };
    Object.defineProperty(IchorError, Symbol.hasInstance, { value: hasInstance });
  }

  /** @internal */
  get [BRAND](): true {
    return true;
  }
}

/**
 * A part of an archive that cannot be read: the fault of that part alone. Its code is the one that a failing medium has, so
 * that who reads pixels leaves the slice out as he does there.
 */
export class UnreadablePart extends Error {
  override readonly name = 'UnreadablePart';
  readonly code = 'EBADMSG';
  constructor(
    readonly reason: 'damaged-member' | 'zip-bomb',
    /** Continues "The file", and names no path. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What kind of thing went wrong, for whoever knows what to do about it. */
export type FailureKind =
  /** `ICHOR_OFFLINE`: nothing was asked for. */
  | 'offline'
  | 'unreachable'
  | 'certificate'
  | 'proxy'
  /** The server's answer is no file: 403, 404, 500. */
  | 'status'
  | 'stalled'
  | 'broke-off'
  | 'redirects'
  /** A page for people came in the place of the file. */
  | 'web-page'
  /** A file came, and it is another one. */
  | 'other-file'
  | 'address';

/** Why a download did not work, in one line without a password. Not for users on its own. */
export class DownloadFailed extends Error {
  override readonly name = 'DownloadFailed';
  /** HTTP status, where the server answered with one that is no file. */
  readonly status: number | undefined;
  /** Another try may help. */
  readonly again: boolean;
  /** What the server asks to wait before another try, milliseconds. */
  readonly waitMs: number | undefined;

  constructor(
    readonly kind: FailureKind,
    message: string,
    options: { cause?: unknown; status?: number; again?: boolean; waitMs?: number | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.again = options.again ?? false;
    this.waitMs = options.waitMs;
  }
}

/** One line for any error, network ones with their cause: Node's `fetch failed` alone says nothing. */
export function reasonOf(error: unknown): string {
  const lines: string[] = [];
  for (const at of causes(error)) {
    const text = at.message || ((at as NodeJS.ErrnoException).code ?? at.name);
    if (!lines.some((line) => line.includes(text)) && text !== 'fetch failed') lines.push(text);
    if (lines.length === 3) break;
  }
  return (lines.join(': ') || String(error)).replace(/\s+/g, ' ').trim();
}

/** An error, its cause, the cause of that. */
export function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < 8; at = at.cause) found.push(at);
  return found;
}

/** What standard output could not take: null where all of it went out, or where its reader had enough. */
let lost: NodeJS.ErrnoException | null = null;

/** The reader has ended (`| head`, a pager that was quit), or the terminal was closed. */
const READER_GONE = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

const readerGone = (stream: NodeJS.WriteStream, { code = '' }: NodeJS.ErrnoException): boolean =>
  READER_GONE.includes(code) || (code === 'EIO' && stream.isTTY === true);

/**
 * Whatever becomes of standard output and error, what was begun goes on to its end and says by its status how it went:
 * hours of training do not end because a log cannot be written. A reader that stops early is no error. Output that a full
 * disk did not take is one, and told at the end (`lostOutput`); for messages there is nobody left to tell.
 */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!readerGone(process.stdout, error)) lost ??= error;
  });
  process.stderr.on('error', () => {});
}

export const lostOutput = (): NodeJS.ErrnoException | null => lost;

/** Writes to standard output at the pace of its reader. What nobody reads any more is dropped: `| head` has had enough. */
export async function writeOut(text: string): Promise<void> {
  const { stdout } = process;
  if (stdout.destroyed || stdout.write(text)) return;
  const ends = ['drain', 'close', 'error'] as const;
  await new Promise<void>((resolve) => {
    const end = () => {
      for (const event of ends) stdout.off(event, end);
      resolve();
    };
    for (const event of ends) stdout.on(event, end);
  });
}

import { IchorError } from '../errors.ts';
import { writeSync } from '../files/fs.ts';
import { explainSystemError, systemReason } from '../files/system-error.ts';
import { thrownText } from '../registry/diagnostics/thrown-text.ts';
import { asCalled } from './called.ts';
import { interruption } from './interrupt.ts';
import { answersInJson, hasAnswered, type JsonError, jsonError, printJson, printJsonError } from './json.ts';
import { paint } from './paint.ts';
import { lostOutput } from './streams.ts';

let ending = false;

/**
 * Whoever ends the process before the command has: code of a plugin that calls process.exit, and the command would seem to have come to
 * its end (status 0) without a word. Signals (from 128 on) are told by who hears them.
 */
export function tellEarlyEnd(): void {
  process.on('exit', (status) => {
    if (ending || status > 128) return;
    process.exitCode = status === 0 ? 1 : status;
    const text = errorText({
      code: 'ended-early',
      message: `Something called process.exit(${status}) before the command was done.`,
      hint: 'A component of a plugin, most likely: an error is thrown, not an end. What was finished is kept.',
    });
    try {
      writeSync(2, text);
    } catch {
      // The terminal may be gone.
    }
  });
}

/** The command has done all that it does: it ends by itself. */
export function commandDone(): void {
  ending = true;
}

/** Ends with this status once everything is written; native threads must not keep the process alive. */
export function endWith(status: number): void {
  commandDone();
  process.exitCode = status;
  // Who asked for JSON gets one object, whatever a command said in words alone.
  if (answersInJson() && !hasAnswered()) printJson({ exit: status }, status);
  process.stdout.write('', () =>
    // What failed is told by an event of the next turn.
    setImmediate(() => {
      const lost = lostOutput();
      if (lost !== null) printError(outputLost(lost));
      const end = lost !== null && status === 0 ? 1 : status;
      process.stderr.write('', () => process.exit(end));
    }),
  );
}

const outputLost = (error: NodeJS.ErrnoException): IchorError =>
  new IchorError(
    'output-lost',
    `Standard output could not be written: ${systemReason(error)}. What it held is lost; what was made is not.`,
    'Send it to a disk with room, or to a terminal, and call the same command again.',
    1,
    { cause: error },
  );

/** Prints a warning as one reads an error. */
export function warn({ code, message, hint }: IchorError): void {
  process.stderr.write(`${paint.yellow(`warning[${code}]`)}: ${asCalled(message)}\n`);
  if (hint) process.stderr.write(`  ${paint.bold('hint')}: ${asCalled(hint)}\n`);
}

/** An error as a user wants to read it, on lines of its own. */
export const errorText = ({
  code,
  message,
  hint,
}: Pick<IchorError, 'code' | 'message'> & { hint?: string | undefined }): string =>
  `${paint.red(`error[${code}]`)}: ${asCalled(message)}\n${hint ? `  ${paint.bold('hint')}: ${asCalled(hint)}\n` : ''}`;

/** Prints an error as a user wants to read it, and answers with it where JSON was asked for; says which status to end with. */
export function printError(thrown: unknown): number {
  if (answersInJson()) printJsonError(jsonErrorOf(thrown));
  return printErrorText(thrown);
}

/** The same as words alone: of a command that goes on, and answers with more. */
export function printErrorText(thrown: unknown): number {
  const interrupted = interruption();
  if (interrupted !== null) {
    process.stderr.write(`\n${paint.bold('Interrupted.')} ${GOES_ON}\n`);
    return interrupted;
  }
  const error = explainSystemError(thrown);
  if (error instanceof IchorError) {
    process.stderr.write(errorText(error));
    return error.exit;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${paint.red('error[unexpected]')}: ${thrownText(error)}\n`);
  process.stderr.write('  This is a fault in ichor, not in your recipe or data. What was finished is kept.\n');
  process.stderr.write(`${paint.dim(stack?.split('\n').slice(1).join('\n') ?? '')}\n`);
  return 1;
}

const GOES_ON = 'Nothing finished is lost: the same command goes on from here.';

/** What was thrown, as an answer has it. */
export function jsonErrorOf(thrown: unknown): JsonError {
  if (interruption() !== null) return { code: INTERRUPTED, message: 'Interrupted.', hint: GOES_ON };
  const error = explainSystemError(thrown);
  if (error instanceof IchorError) return jsonError(error);
  return { code: UNEXPECTED, message: thrownText(error), hint: 'This is a fault in ichor. What was finished is kept.' };
}

const INTERRUPTED = 'aborted';
const UNEXPECTED = 'unexpected';

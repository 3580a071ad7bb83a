import type { IchorError } from '../errors.ts';

/** The command that was called with --json; null: none, or not yet known. */
let called: { words: string; version: string } | null = null;
let said = false;

/** From here on the answer on standard output is one JSON object. */
export function answerInJson(words: string, version: string): void {
  called = { words, version };
}

export const answersInJson = (): boolean => called !== null;

/** Whether the one object was written. */
export const hasAnswered = (): boolean => said;

/** What every answer starts with. Fields are added in later versions, and none changes its meaning. */
export function envelope(ok: boolean): { ichor: string; command: string; ok: boolean } {
  said = true;
  return { ichor: called?.version ?? '', command: called?.words ?? '', ok };
}

/**
 * The answer of a command that was called with --json: what it found, in one object.
 * @param facts of plain values; none of its keys is one of the envelope's
 * @param status that the command ends with
 */
export function printJson(facts: object, status = 0): number {
  process.stdout.write(`${JSON.stringify({ ...envelope(status === 0), ...facts }, null, 2)}\n`);
  return status;
}

export interface JsonError {
  code: string;
  message: string;
  hint: string | null;
}

/** An error as it stands in an answer. */
export const jsonError = ({
  code,
  message,
  hint,
}: Pick<IchorError, 'code' | 'message'> & { hint?: string | undefined }): JsonError => ({
  code,
  message,
  hint: hint ?? null,
});

/** What a command that failed answers; once something was answered, standard error has it alone. */
export function printJsonError(error: JsonError, more: object = {}): void {
  if (called === null || said) return;
  printJson({ failure: error, ...more }, 1);
}

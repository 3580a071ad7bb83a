import { setTimeout } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import { thrownText } from '../registry/diagnostics/thrown-text.ts';
import { Exit, isGuarding } from '../registry/plugins/guarded.ts';
import { printError } from './end.ts';

/** Milliseconds: a failure that a plugin only put off to the next turn belongs to its recipe's check. */
const SOON = 5;

/** Standard output while code of plugins may run: the command's alone. */
export interface HeldOutput {
  write(text: string): void;
  /** Rejections that nobody took, and timers that are due, have been told. */
  settled(): Promise<void>;
  /** Whether something failed that no finding tells. */
  failed(): boolean;
  /** Standard output and process.exit are everybody's again. */
  release(): void;
}

/**
 * Until the command has said what it has to say: what a plugin's functions print goes to standard error, process.exit is an
 * error where it is called, and what fails later (a timer, a promise) is told in one line, with the status 2.
 */
export function holdOutput(): HeldOutput {
  const { exit } = process;
  const write = process.stdout.write;
  let failed = false;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  process.exit = ((status?: unknown) => {
    throw new Exit(status);
  }) as typeof process.exit;
  const late = (error: unknown) => {
    if (isGuarding()) return;
    failed = true;
    printError(lateFailure(error));
  };
  // They stay: until the process ends, a timer may still fail.
  process.on('uncaughtException', late);
  process.on('unhandledRejection', late);
  process.on('exit', () => {
    if (failed && process.exitCode === 0) process.exitCode = 2;
  });
  return {
    write: (text) => {
      write.call(process.stdout, text);
    },
    settled: () => setTimeout(SOON),
    failed: () => failed,
    release: () => {
      process.stdout.write = write;
      process.exit = exit;
    },
  };
}

const lateFailure = (error: unknown): IchorError =>
  new IchorError(
    'late-failure',
    `Something failed outside of what was being checked: ${thrownText(error)}`,
    'A timer or a promise of a plugin, most likely, which it started and did not wait for.',
    2,
    { cause: error },
  );

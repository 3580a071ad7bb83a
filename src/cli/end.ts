import { IchorError } from '../errors.ts';
import { thrownText } from '../registry/diagnostics/thrown-text.ts';
import { interruption } from './interrupt.ts';
import { paint } from './paint.ts';

/** Ends with this status once everything is written; native threads must not keep the process alive. */
export function endWith(status: number): void {
  process.exitCode = status;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}

/** Prints an error as a user wants to read it and says which status to end with. */
export function printError(error: unknown): number {
  const interrupted = interruption();
  if (interrupted !== null) {
    process.stderr.write(
      `\n${paint.bold('Interrupted.')} Nothing finished is lost: the same command goes on from here.\n`,
    );
    return interrupted;
  }
  if (error instanceof IchorError) {
    process.stderr.write(`${paint.red(`error[${error.code}]`)}: ${error.message}\n`);
    if (error.hint) process.stderr.write(`  ${paint.bold('hint')}: ${error.hint}\n`);
    return error.exit;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${paint.red('error[unexpected]')}: ${thrownText(error)}\n`);
  process.stderr.write('  This is a fault in ichor, not in your recipe or data. What was finished is kept.\n');
  process.stderr.write(`${paint.dim(stack?.split('\n').slice(1).join('\n') ?? '')}\n`);
  return 1;
}

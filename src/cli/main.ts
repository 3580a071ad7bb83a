#!/usr/bin/env node
import { CommanderError } from 'commander';
import { endWith, printError } from './end.ts';
import { program } from './program/program.ts';

// A reader that stops early (`ichor list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) endWith(error.exitCode === 0 ? 0 : 2);
  else endWith(printError(error));
}

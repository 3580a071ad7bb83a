#!/usr/bin/env node
import { CommanderError } from 'commander';
import { endWith, printError } from './end.ts';
import { program } from './program/program.ts';
import { guardStreams } from './streams.ts';

guardStreams();
// What nobody waits for fails here: a stream, a timer. Where code of plugins runs, who holds the output tells it.
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    if (process.listenerCount(event) === 1) endWith(printError(error));
  });

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) endWith(error.exitCode === 0 ? 0 : 2);
  else endWith(printError(error));
}

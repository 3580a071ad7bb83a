#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { endWith, printError } from './end.ts';
import { addComponentCommands } from './program/components.ts';
import { addDataCommands } from './program/data.ts';
import { addEngineCommands } from './program/engine.ts';
import { addFigureCommands } from './program/figures.ts';
import { addFileCommands } from './program/files.ts';
import { addNewCommands } from './program/new.ts';
import { addRecipeCommands } from './program/recipes.ts';
import { addRunCommands } from './program/runs.ts';
import { addStoreCommands } from './program/store.ts';
import { addSubmissionCommands } from './program/submission.ts';
import { guardStreams } from './streams.ts';
import { research } from './wording.ts';

/** Commands are loaded when they are called: `--help` and `check` load no engine, sharp or codec. */
function program(): Command {
  const ichor = new Command('ichor')
    .description(`Declarative machine learning for finding intracranial haemorrhage on head CT.\n${research}`)
    .option('-V, --version', 'print the version')
    .showHelpAfterError('Add --help for what can be said.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  ichor.action(async (options: { version?: boolean }) => {
    if (options.version) return (await import('./version.ts')).printVersion();
    ichor.outputHelp();
  });
  addFileCommands(ichor);
  addRecipeCommands(ichor);
  addRunCommands(ichor);
  addSubmissionCommands(ichor);
  addComponentCommands(ichor);
  addNewCommands(ichor);
  addEngineCommands(ichor);
  addDataCommands(ichor);
  addFigureCommands(ichor);
  addStoreCommands(ichor);
  return ichor;
}

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

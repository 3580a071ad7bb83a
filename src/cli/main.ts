#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ownProcess } from '../registry/plugins/guarded.ts';
import { watchImports } from '../registry/plugins/import-watch.ts';
import { ownVersion } from '../version.ts';
import { commandDone, endWith, printError, tellEarlyEnd } from './end.ts';
import { answerInJson, answersInJson } from './json.ts';
import { optimiseLater } from './optimise-later.ts';
import { leavesOf, program } from './program/program.ts';
import { readWords } from './program/words.ts';
import { leafOf, wrongCall } from './program/wrong-call.ts';
import { guardStreams } from './streams.ts';

optimiseLater();
guardStreams();
ownProcess();
tellEarlyEnd();
// The thread is only started where a recipe names a plugin.
watchImports(async (...of) => (await import('./plugin-watch.ts')).watchPlugin(...of));
// What nobody waits for fails here: a stream, a timer. Where code of plugins runs, who holds the output tells it.
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    if (process.listenerCount(event) === 1) endWith(printError(error));
  });

const ichor = program();
try {
  await ichor.parseAsync(readWords(process.argv.slice(2)), { from: 'user' });
  commandDone();
} catch (error) {
  // Help was printed; all else that the parser finds is told as any other error.
  if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help'))
    endWith(error.exitCode === 0 ? 0 : 2);
  else {
    // A line that could not be read says all the same how it is to be answered.
    const argv = process.argv.slice(2);
    if (argv.includes('--json') && !answersInJson())
      answerInJson(leafOf(argv, leavesOf(ichor))?.words ?? '', await ownVersion());
    endWith(printError(error instanceof CommanderError ? wrongCall(error, process.argv.slice(2), ichor) : error));
  }
}

import { Command } from 'commander';
import { KEY_VARIABLE } from '../../runtime/store/key-variable.ts';
import { ownVersion } from '../../version.ts';
import { nameStore } from '../called.ts';
import { answerInJson } from '../json.ts';
import { research } from '../wording.ts';
import { addComponentCommands } from './components.ts';
import { CONTENTS } from './contents.ts';
import { addDataCommands } from './data.ts';
import { addEngineCommands } from './engine.ts';
import { CALLED, exampleLines, examplesOf } from './examples.ts';
import { EXIT_STATUSES } from './exit-statuses.ts';
import { addExportCommands } from './export.ts';
import { addFigureCommands } from './figures.ts';
import { addFileCommands } from './files.ts';
import { addNewCommands } from './new.ts';
import { addRecipeCommands } from './recipes.ts';
import { addJobCommands, addRunCommands, addTrackCommands } from './runs.ts';
import { addStoreCommands } from './store.ts';
import { addSubmissionCommands } from './submission.ts';
import { unknownCommand } from './unknown-command.ts';
import { addWeightsCommands } from './weights.ts';

/** Commands are loaded when they are called: `--help` and `check` load no engine, sharp or codec. */
export function program(): Command {
  const ichor = new Command('ichor')
    .description(`Declarative machine learning for finding intracranial haemorrhage on head CT.\n${research}`)
    .option('-V, --version', 'print the version')
    .option('--json', 'with --version: say it as JSON')
    // An option behind a command is the command's own.
    .enablePositionalOptions()
    .usage('[options] <command>')
    // What is wrong with a call is thrown, and said by `wrongCall`.
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text), outputError: () => {} });
  // What is no command arrives here too.
  ichor.argument('[command]').allowExcessArguments();
  ichor.action(async (word: string | undefined, options: { version?: boolean; json?: boolean }) => {
    if (word !== undefined)
      throw unknownCommand(
        word,
        shownCommands(ichor).map((each) => each.name()),
      );
    if (options.version) return (await import('../version.ts')).printVersion(options);
    ichor.outputHelp();
  });
  addFileCommands(ichor);
  addRecipeCommands(ichor);
  addRunCommands(ichor);
  addTrackCommands(ichor);
  addJobCommands(ichor);
  addExportCommands(ichor);
  addSubmissionCommands(ichor);
  addComponentCommands(ichor);
  addNewCommands(ichor);
  addEngineCommands(ichor);
  addWeightsCommands(ichor);
  addDataCommands(ichor);
  addFigureCommands(ichor);
  addStoreCommands(ichor);
  putInOrder(ichor);
  // What it starts, the points of a sweep say, has it too.
  ichor.hook('preAction', async (_, command) => {
    const { identityKey, json, store } = command.opts();
    nameStore(typeof store === 'string' ? store : undefined, withOption(ichor, '--store'));
    if (typeof identityKey === 'string') process.env[KEY_VARIABLE] = identityKey;
    if (json === true) answerInJson(command === ichor ? '' : wordsOf(command), await ownVersion());
  });
  for (const { command, words } of leavesOf(ichor)) {
    // Only what is no command arrives with more words: a second recipe, or a value without its --set, is told.
    command.allowExcessArguments(false);
    const examples = examplesOf(words);
    if (examples.length > 0) command.addHelpText('after', `\n${block('Examples', exampleLines(examples))}`);
  }
  const statuses = EXIT_STATUSES.map(([status, meaning]) => `${status.padEnd(13)}  ${meaning}`);
  return ichor
    .addHelpText('after', `\n${block('Exit status', statuses)}`)
    .addHelpText('after', `\n${block('What error[CODE] means', [`${CALLED} describe code CODE`])}`);
}

/** The commands that take an option, by their words. */
const withOption = (ichor: Command, option: string): string[] =>
  leavesOf(ichor).flatMap(({ command, words }) => (command.options.some(({ long }) => long === option) ? [words] : []));

/** `runs list`. */
function wordsOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${wordsOf(parent)} ${command.name()}`;
}

/** A command that does something, with the words that call it: `runs list`. */
export interface Leaf {
  command: Command;
  words: string;
}

/** All that `--help` shows, in its order. */
export function leavesOf(command: Command, before = ''): Leaf[] {
  return shownCommands(command).flatMap((each) => {
    const words = `${before}${each.name()}`;
    return each.commands.length === 0 ? [{ command: each, words }] : leavesOf(each, `${words} `);
  });
}

function shownCommands(command: Command): Command[] {
  return [...command.createHelp().visibleCommands(command)].filter((each) => each.name() !== 'help');
}

/** As the contents have them; what they do not name stands at the end, without a group. */
function putInOrder(ichor: Command): void {
  const places = new Map<string, number>();
  for (const { title, commands } of CONTENTS) {
    for (const name of commands) {
      places.set(name, places.size);
      ichor.commands.find((each) => each.name() === name)?.helpGroup(`${title}:`);
    }
  }
  const place = (each: Command) => places.get(each.name()) ?? places.size;
  (ichor.commands as Command[]).sort((a, b) => place(a) - place(b));
}

function block(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

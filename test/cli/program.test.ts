import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { CONTENTS } from '../../src/cli/program/contents.ts';
import { CALLED, examplesOf } from '../../src/cli/program/examples.ts';
import { leavesOf, program } from '../../src/cli/program/program.ts';
import { ichor } from '../cli.ts';

/** The words of the command that this line calls, by the program with nothing behind its commands. */
async function calledBy(line: string): Promise<string | null> {
  const whole = program();
  let called: string | null = null;
  const prepare = (command: Command) => {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    for (const each of command.commands) prepare(each);
  };
  prepare(whole);
  for (const { command, words } of leavesOf(whole)) {
    command.action(() => {
      called = words;
    });
  }
  await whole.parseAsync(line.split(' '), { from: 'user' });
  return called;
}

test('every command has examples, and each of them is a call of it that the program takes', async () => {
  const leaves = leavesOf(program());
  expect(leaves.length).toBeGreaterThan(20);
  for (const { words } of leaves) {
    const examples = examplesOf(words);
    expect(examples, `${words} has no example in src/cli/program/examples.ts`).not.toEqual([]);
    for (const [line] of examples) expect(await calledBy(line), line).toBe(words);
  }
  // It would be no proof if the program took everything.
  await expect(calledBy('run my-recipe.yaml --no-such-option')).rejects.toThrow('unknown option');
});

test('every command stands in one group of the contents, and says what it, its arguments and options are', () => {
  const whole = program();
  const named = CONTENTS.flatMap(({ commands }) => commands);
  const shown = whole.createHelp().visibleCommands(whole);
  expect(shown.map((each) => each.name()).filter((name) => name !== 'help')).toEqual(named);
  for (const { command, words } of leavesOf(whole)) {
    expect(command.description(), words).not.toBe('');
    const parts = [...command.createHelp().visibleOptions(command), ...command.registeredArguments];
    const silent = parts.filter(({ description }) => description === '');
    expect(silent, words).toEqual([]);
  }
});

test('--help has the groups and the exit statuses, and the examples of a command', async () => {
  const all = await ichor(['--help']);
  expect(all.status).toBe(0);
  const places = CONTENTS.map(({ title }) => all.out.indexOf(`\n${title}:\n`));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(all.out).not.toContain('\nCommands:');
  expect(all.out).toMatch(/Exit status:\n {2}0 {2,}done/);
  const one = await ichor(['explain', '--help']);
  expect(one.out).toContain(`\nExamples:\n  ${CALLED} explain my-recipe.yaml `);
});

test.each([
  [['rn', 'mine.yaml'], 'There is no command `ichor rn`', 'Did you mean `ichor run`?'],
  [['train', 'mine.yaml'], 'There is no command `ichor train`', 'Did you mean `ichor run`?'],
  [['mine.yaml'], 'There is no command `ichor mine.yaml`', 'To run a recipe: ichor run mine.yaml'],
  [['frobnicate'], 'There is no command `ichor frobnicate`', 'All commands: ichor --help'],
])('%j is no command, and the one that was meant is named', async (args, message, hint) => {
  const { status, err } = await ichor(args);
  expect(status).toBe(2);
  expect(err).toContain(`error[unknown-command]: ${message}`);
  expect(err).toContain(hint);
});

test('a stage that the recipe does not have is told with the one that was meant', async () => {
  const { status, err } = await ichor(['plan', 'recipes/quickstart.yaml', '--until', 'backbon']);
  expect(status).toBe(2);
  expect(err).toContain('Did you mean backbone? Its stages are source, index');
});

test('gru is bi-gru here, not another network', async () => {
  const { status, err } = await ichor(['check', 'recipes/quickstart.yaml', '--set', 'sequence.type=gru']);
  expect(status).toBe(2);
  expect(err).toContain('Here it is called bi-gru.');
});

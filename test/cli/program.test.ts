import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { CONTENTS } from '../../src/cli/program/contents.ts';
import { CALLED, examplesOf } from '../../src/cli/program/examples.ts';
import { FOREIGN_OPTIONS } from '../../src/cli/program/foreign-options.ts';
import { leavesOf, program } from '../../src/cli/program/program.ts';
import { openRegistry } from '../../src/cli/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';
import { ichor, top } from '../cli.ts';

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
  [['rn', 'mine.yaml'], 'There is no command `ichor rn`', 'Did you mean `npx ichor run`?'],
  [['train', 'mine.yaml'], 'There is no command `ichor train`', 'Did you mean `npx ichor run`?'],
  [['mine.yaml'], 'There is no command `ichor mine.yaml`', 'To run a recipe: npx ichor run mine.yaml'],
  [['frobnicate'], 'There is no command `ichor frobnicate`', 'All commands: npx ichor --help'],
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

test.each([
  [['run', 'r.yaml', '--resume'], 'no option --resume', 'Resuming is automatic'],
  [['run', 'recipes/quickstart.yaml', '--dry-run'], 'none was named', 'ichor plan RECIPE'],
  [['table', 'recipes/tables/selection.yaml', '--dry-run'], 'none was named', 'ichor table TABLE --plan'],
  [['run', 'r.yaml', '--gpu'], 'no option --gpu', '--engine native'],
  [['run', 'r.yaml', '--device=cuda'], 'no option --device=cuda', '--engine native'],
  [['run', 'r.yaml', '--epochs', '5'], 'no option --epochs', '--set train.backbone.epochs=5'],
  [['run', 'r.yaml', '--batch_size', '5'], 'no option --batch_size', '--set train.backbone.batch='],
  [['run', 'r.yaml', '--data', 'x'], 'no option --data', '--set data.source.root=DIR'],
  [['run', 'r.yaml', '-o', 'x'], 'no option -o', '--store DIR'],
  [['run', 'r.yaml', '--untill', 'x'], 'no option --untill', 'Did you mean --until?'],
  [['predict', 'r', 'd', '--set', 'a=1'], 'no option --set', 'as it was trained'],
  [['migrate', 'r.yaml', '--plan'], 'no option --plan', '`npx ichor table`'],
  [['runs', 'list', '--quiet'], 'no option --quiet', '`npx ichor check`'],
  [['run', 'r.yaml', '--frobnicate'], 'no option --frobnicate', 'All that it takes: `npx ichor run --help`'],
  [['run', 'r.yaml', '--engine', 'cuda'], 'Allowed choices are auto, native, wasm', 'no option chooses a GPU'],
  [['run', 'r.yaml', 'seed=1'], 'Too many arguments', '--set seed=1'],
  [['run', 'r.yaml', '--set', 'seed', '1'], 'Too many arguments', '--set seed=1'],
  [['run', 'a.yaml', 'b.yaml'], 'Too many arguments', 'ichor table TABLE'],
  [['run'], "Missing required argument 'recipe'", 'npx ichor run --help'],
  [['run', '\u2014set', 'seed=1'], 'has an em dash (U+2014) at its start', '--set'],
  [['run', '\u201cr.yaml'], 'a typographic quote (U+201C)', 'Type " anew'],
  [['run', 'r.yaml', '--store', '~nobody-of-this-name/x'], 'cannot be used', 'start it with ~/'],
  [['run', 'r.yaml', '--store=$NO_SUCH_THING/x'], 'The variable $NO_SUCH_THING is not filled in', 'double quotes'],
])('%j is told with what does it here', async (args, message, hint) => {
  const { status, err, out } = await ichor(args);
  expect(status).toBe(2);
  expect(out).toBe('');
  expect(err).toContain(message);
  expect(err).toContain(hint);
});

test('each hint for an option of another tool names commands and options that there are', () => {
  const leaves = leavesOf(program());
  const words = leaves.map((leaf) => leaf.words);
  const options = new Set(leaves.flatMap(({ command }) => command.options.flatMap(({ long }) => long ?? [])));
  for (const { names, of = [], hint } of FOREIGN_OPTIONS) {
    expect(
      of.filter((each) => !words.includes(each)),
      names[0],
    ).toEqual([]);
    for (const [flag] of hint.matchAll(/--[a-z-]+/g)) expect(options.has(flag) || flag === '--help', flag).toBe(true);
  }
});

test('values that those hints set are values of the recipe language', async () => {
  const registry = openRegistry();
  const set = FOREIGN_OPTIONS.flatMap(({ hint }) => [...hint.matchAll(/--set ([\w.]+=(?:\[.*?\]|\{.*?\}|[\w.-]+))/g)])
    .map(([, assignment]) => assignment ?? '')
    .filter((assignment) => !assignment.endsWith('=DIR'));
  expect(set.length).toBeGreaterThan(15);
  for (const assignment of new Set(set)) {
    const { diagnostics } = await resolveRecipe('recipes/inception-seq-aug.yaml', {
      registry,
      set: [assignment],
      cwd: top,
    });
    const wrong = diagnostics.filter(({ severity, file }) => severity === 'error' && file === '--set');
    expect(wrong, assignment).toEqual([]);
  }
});

test('~ that the shell left is the home folder, and no folder of that name is made', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ichor-home-'));
  const env = { HOME: home, USERPROFILE: home };
  try {
    for (const args of [['--store=~/s'], ['--store', '~/s']]) {
      const { status } = await ichor(['runs', 'list', ...args], { cwd: home, env });
      expect(status).toBe(0);
    }
    expect((await ichor(['init', '--out', '~/study'], { cwd: home, env })).status).toBe(0);
    expect(existsSync(join(home, 'study', 'quickstart.yaml'))).toBe(true);
    expect((await ichor(['check', '~/study/quickstart.yaml'], { cwd: home, env })).status).toBe(0);
    expect(existsSync(join(home, '~'))).toBe(false);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test('prints its version, and what it can do where nothing is asked, and ends well', async () => {
  for (const words of [['--version'], []]) {
    const { status, err } = await ichor(words);
    expect({ status, err }).toEqual({ status: 0, err: '' });
  }
});

import type { Command, CommanderError } from 'commander';
import { IchorError } from '../../errors.ts';
import { either } from '../../registry/diagnostics/findings/finding.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';
import { quoted } from '../shell-word.ts';
import { FOREIGN_OPTIONS } from './foreign-options.ts';
import { type Leaf, leavesOf } from './program.ts';

/** What is wrong with a command line, as the parser found it, and what was probably meant. Exit 2. */
export function wrongCall({ code, message }: CommanderError, argv: readonly string[], ichor: Command): IchorError {
  const leaves = leavesOf(ichor);
  const leaf = leafOf(argv, leaves);
  const help = `All that it takes: \`ichor ${leaf === null ? '' : `${leaf.words} `}--help\``;
  // The parser's own guesses are left out for ours.
  const [said = ''] = message.replace(/^error: /, '').split('\n');
  if (code === 'commander.unknownOption') {
    const flag = /'([^']+)'/.exec(said)?.[1] ?? '';
    const command = leaf === null ? 'ichor' : `ichor ${leaf.words}`;
    return new IchorError(
      'unknown-option',
      `\`${command}\` has no option ${flag}.`,
      `${sentence(optionHint(flag, leaf, leaves))}${help}`,
      2,
    );
  }
  const whole = `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
  return new IchorError(
    'wrong-call',
    /[.?!]$/.test(whole) ? whole : `${whole}.`,
    `${sentence(callHint(code, said, argv, leaf))}${help}`,
    2,
  );
}

const sentence = (hint: string | null): string => (hint === null ? '' : `${hint}${/[.?!]$/.test(hint) ? '' : '.'} `);

/** The command that a line calls: the longest whose words are its first ones. */
export function leafOf(argv: readonly string[], leaves: readonly Leaf[]): Leaf | null {
  const words = argv.filter((word) => !word.startsWith('-'));
  const fit = leaves.filter((leaf) => leaf.words.split(' ').every((word, i) => words[i] === word));
  return fit.sort((a, b) => b.words.length - a.words.length)[0] ?? null;
}

function optionHint(flag: string, leaf: Leaf | null, leaves: readonly Leaf[]): string | null {
  const [name = ''] = flag.split('=');
  const long = (one: Leaf) => one.command.options.flatMap((option) => option.long ?? []);
  const own = leaf === null ? [] : long(leaf);
  // `--until` and `-until`; letters alone are told by the table.
  const near = name.length > 3 ? nearest(name.replace(/^-*/, '--'), own) : null;
  if (near !== null) return `Did you mean ${near}?`;
  const word = name.toLowerCase().replaceAll(/[-_]/g, '');
  const foreign = FOREIGN_OPTIONS.find(
    ({ names, of }) => names.includes(word) && (of === undefined || (leaf !== null && of.includes(leaf.words))),
  );
  if (foreign !== undefined) return foreign.hint;
  const having = leaves.filter((one) => long(one).includes(name)).map(({ words }) => `\`ichor ${words}\``);
  // The first ones stand nearest to the running of recipes.
  const named = having.length > 4 ? [...having.slice(0, 3), 'others'] : having;
  if (having.length > 0) return `${name} is an option of ${either(named).replace(' or ', ' and ')}`;
  // What belongs to other commands elsewhere is better than nothing.
  return FOREIGN_OPTIONS.find(({ names }) => names.includes(word))?.hint ?? null;
}

function callHint(code: string, said: string, argv: readonly string[], leaf: Leaf | null): string | null {
  if (leaf === null) return null;
  if (code === 'commander.invalidArgument' && said.includes('--engine'))
    return FOREIGN_OPTIONS.find(({ names }) => names.includes('gpu'))?.hint ?? null;
  if (code !== 'commander.excessArguments') return null;
  const takesSet = leaf.command.options.some(({ long }) => long === '--set');
  const value = argv.find((word, i) => /^[A-Za-z][\w.[\]]*=/.test(word) && argv[i - 1] !== '--set');
  if (takesSet && value !== undefined) return `Values of the recipe stand behind --set: --set ${quoted(value)}`;
  const bare = argv.findIndex((word, i) => argv[i - 1] === '--set' && !word.includes('='));
  if (bare >= 0) return `Behind --set stands one word: --set ${quoted(`${argv[bare]}=${argv[bare + 1] ?? 'VALUE'}`)}`;
  if (argv.some((word) => /\.ya?ml$/i.test(word)) && ['run', 'plan', 'sweep'].includes(leaf.words))
    return 'It takes one recipe; several are called one after another, or stand as rows of a table: `ichor table TABLE`';
  return 'A word with spaces stands in quotes';
}

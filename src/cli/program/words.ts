import { IchorError } from '../../errors.ts';
import { existsSync } from '../../files/fs.ts';
import { expandHome } from '../../files/stated-path.ts';
import { oddCharacters, oddHint, oddInValue } from '../../registry/diagnostics/odd-characters.ts';

/** Options whose value is no path, and may start with anything. */
const TEXTS = ['--set', '--name', '--row', '--profile'];

/**
 * The words of a command line, as they were meant: a leading `~` is the home folder where the shell left it (in quotes, behind
 * `--store=`). Throws IchorError `path-not-expanded`, and `odd-character` for what a word processor makes of hyphens, quotes
 * and spaces; --set tells its own.
 */
export function readWords(argv: readonly string[]): string[] {
  return argv.map((word, i) => {
    if (TEXTS.includes(argv[i - 1] ?? '') || /^--(?:set|name|row|profile)=/.test(word)) return word;
    refuseOdd(word);
    const [, option, path] = /^(--[a-z-]+=)(.*)$/s.exec(word) ?? [];
    if (option !== undefined && path !== undefined) return `${option}${expandHome(path)}`;
    return word.startsWith('-') ? word : expandHome(word);
  });
}

function refuseOdd(word: string): void {
  const [first] = oddCharacters(word);
  const odd = first?.at === 0 && first.what === 'dash' ? first : oddInValue(word, true);
  if (odd === null || existsSync(word)) return;
  throw new IchorError(
    'odd-character',
    `The word ${word} has ${odd.name} ${odd.at === 0 ? 'at its start' : 'in it'}, which ${odd.what === 'nothing' ? 'cannot be seen' : 'is not what it looks like'}.`,
    odd.what === 'dash'
      ? `Options start with two hyphens of the keyboard: --${word.replaceAll(/^[\p{Pd}\u2212]+/gu, '')}`
      : `${oddHint(odd)} Text that is copied out of web pages and word processors brings such characters along.`,
    2,
  );
}

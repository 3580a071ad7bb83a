import { delimiter, join, sep } from 'node:path';
import { existsSync } from '../files/fs.ts';
import type { Diagnostic } from '../library/index.ts';
import { CONTENTS } from './program/contents.ts';
import { CALLED } from './program/examples.ts';
import { quoted } from './shell-word.ts';

/**
 * How this machine calls the command: `ichor` where a shell finds it, `npx ichor` elsewhere. What npx and npm's scripts put on
 * the path is not on the user's.
 */
export function howCalled(env: NodeJS.ProcessEnv = process.env): string {
  if (env.npm_command === 'exec') return CALLED;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const own = folders.filter((folder) => !`${folder}${sep}`.includes(`${sep}node_modules${sep}.bin${sep}`));
  const names = process.platform === 'win32' ? ['ichor.cmd', 'ichor.ps1'] : ['ichor'];
  return own.some((folder) => names.some((name) => existsSync(join(folder, name)))) ? 'ichor' : CALLED;
}

const COMMANDS = CONTENTS.flatMap(({ commands }) => commands);
/** `ichor` before one of its commands, or before `--help`: a call of it, and no sentence about it. */
export const CALL = new RegExp(`(?<![\\w/.-]|npx )ichor (?=(?:${COMMANDS.join('|')}|--help)(?![\\w-]))`, 'g');

let known: string | undefined;
let store: { calls: RegExp; option: string } | null = null;

/**
 * From here on a call that is named says `--store` too, where the command that names it was given one: another store has other runs.
 * @param commands those that take it: `runs ledger`
 */
export function nameStore(folder: string | undefined, commands: readonly string[]): void {
  const longest = [...commands].sort((a, b) => b.length - a.length).join('|');
  const calls = new RegExp(`${CALL.source}(${longest})(?![\\w-])(?![^\`;:,)\\n]*--store)`, 'g');
  store = folder === undefined ? null : { calls, option: `--store ${quoted(folder)}` };
}

/** A text for the terminal: each call of the command in it is one that this machine understands. */
export function asCalled(text: string): string {
  if (!text.includes('ichor ')) return text;
  known ??= howCalled();
  const { calls, option } = store ?? {};
  const whole =
    calls === undefined ? text : text.replaceAll(calls, (_, command: string) => `ichor ${command} ${option}`);
  return known === 'ichor' ? whole : whole.replaceAll(CALL, `${known} `);
}

/** Findings for the terminal: their messages and hints. */
export const findingsAsCalled = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.map((one) => ({
    ...one,
    message: asCalled(one.message),
    ...(one.hint === undefined ? {} : { hint: asCalled(one.hint) }),
  }));

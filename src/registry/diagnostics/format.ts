import { relative } from 'node:path';
import { readRecipe } from '../resolve/read-recipe.ts';
import { codeFrame, type Paint } from './code-frame.ts';
import type { Diagnostic } from './diagnostic.ts';
import { hidePasswords } from './hide-passwords.ts';

export interface FormatOptions {
  /** Paths are shown from here. */
  cwd: string;
  paint?: Paint;
  /** Texts that the findings point into (Resolution.sources); what is missing is read from disk. */
  sources?: ReadonlyMap<string, string>;
}

/** Findings as a terminal shows them: place, what is wrong, the lines around it, what to do. */
export async function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions): Promise<string> {
  const parts: string[] = [];
  for (const diagnostic of diagnostics) parts.push(await formatDiagnostic(diagnostic, options));
  return parts.join('\n\n');
}

async function formatDiagnostic(diagnostic: Diagnostic, { cwd, paint, sources }: FormatOptions): Promise<string> {
  const { severity, code, message, hint, file } = diagnostic;
  const colour = (severity === 'error' ? paint?.red : paint?.yellow) ?? same;
  const bold = paint?.bold ?? same;
  const source = sources?.get(file) ?? (file.startsWith('--') ? undefined : await textOf(file));
  // A note says something about the recipe; nothing at its place has to be changed.
  const frame = source === undefined || severity === 'note' ? '' : codeFrame(hidePasswords(source), diagnostic, paint);
  return [
    `${placeText(diagnostic, cwd)}  ${colour(severity)} ${(paint?.dim ?? same)(code)}`,
    `  ${bold(oneLine(message))}`,
    ...(frame ? [indent(frame)] : []),
    ...(hint ? [`  ${bold('hint')}: ${oneLine(hint)}`] : []),
  ].join('\n');
}

/** `recipes/row.yaml:3:7`, `--set` or `--smoke`. */
export function placeText({ file, line, column }: Diagnostic, cwd: string): string {
  if (file.startsWith('--')) return file;
  const near = relative(cwd, file);
  const shown = near === '' || near.startsWith('../..') ? file : near;
  return line > 0 ? `${shown}:${line}:${column}` : shown;
}

async function textOf(file: string): Promise<string | undefined> {
  const read = await readRecipe(file);
  return 'text' in read ? read.text : undefined;
}

const same = (text: string): string => text;
const indent = (text: string): string => text.replaceAll(/^/gm, '  ');
/** A value of a recipe may hold anything: no control character of it reaches a terminal. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ');

import { relative } from 'node:path';
import { type Checked, type CheckedTable, formatFindings } from '../library/index.ts';
import { findingsAsCalled } from './called.ts';
import { countText } from './findings.ts';
import type { paint as Painted } from './paint.ts';

function shown(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short !== '' && !short.startsWith('../../..') ? short : path;
}

function tableText({ rows, runs, claims, further }: CheckedTable): string {
  const count = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
  const claimed = claims > 0 ? ` and ${count(claims, 'claim')}` : '';
  const more = Object.entries(further).map(([profile, number]) => `; under ${profile} ${count(number, 'more row')}`);
  return `a table of ${count(rows, 'row')}, ${count(runs, 'run')}${claimed}${more.join('')}`;
}

type Paint = Pick<typeof Painted, 'red' | 'yellow' | 'green' | 'bold' | 'dim'>;
const plainly = { red: (text: string) => text, green: (text: string) => text };

/** What a terminal shows of one recipe: its findings (empty: none), and in one line whether it is valid. */
export async function checkedText(
  { file, diagnostics, sources, table, points, valid }: Checked,
  { cwd, paint }: { cwd: string; paint?: Paint },
): Promise<{ findings: string; verdict: string }> {
  const findings = await formatFindings(paint ? findingsAsCalled(diagnostics) : diagnostics, {
    cwd,
    sources,
    ...(paint ? { paint } : {}),
  });
  const facts = [
    table === null ? '' : tableText(table),
    points === null ? '' : `a sweep of ${points === 1 ? '1 point' : `${points} points`}`,
    countText(diagnostics),
  ].filter(Boolean);
  const { red, green } = paint ?? plainly;
  const word = valid ? green('valid') : red('invalid');
  return { findings, verdict: `${word}: ${shown(file, cwd)}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}` };
}

import { shown } from '../evaluate/shown.ts';
import { whole } from '../plan/reasons.ts';
import type { Comparison } from './comparison.ts';
import { differenceNotes, differenceText, judgedText, letter, sameRecipesText, verdict } from './words.ts';

/** Rows of plain cells, the first of each with the names of its columns; empty where there is nothing to show. */
export interface ComparisonTables {
  runs: string[][];
  /** Without those of single labels. Of each run but the first: its figure, what it differs by, and `better`, `worse` or nothing. */
  figures: string[][];
  values: string[][];
  /** Where no value differs: what is to be said in place of them. */
  same: string | null;
  facts: string[][];
  /** What differences are, and between which runs there are none. */
  notes: string[];
  /** Networks that say less than what they have to beat. */
  worse: string[];
}

export function comparisonTables(comparison: Comparison): ComparisonTables {
  const { runs, figures, values, facts } = comparison;
  const letters = runs.map((_, place) => letter(place));
  const titled = (title: string, rows: string[][], more: string[] = []): string[][] =>
    rows.length === 0 ? [] : [[title, ...letters, ...more], ...rows];
  const named = figures.filter(({ label }) => label === null);
  const columns = letters.flatMap((one, place) => (place === 0 ? [one] : [one, `${one} − A`, '']));
  return {
    runs: [
      ['', 'run', 'state', 'figures of', 'marks'],
      ...runs.map((one, place) => [letter(place), one.run, one.state, judgedText(one), one.marks.join(' · ')]),
    ],
    figures:
      named.length === 0
        ? []
        : [
            ['figure', ...columns],
            ...named.map((figure) => [
              `${figure.name} ${figure.better === 'lower' ? '↓' : '↑'}`,
              ...figure.of.flatMap((cell, place) => {
                const value = cell === null ? '' : shown(cell.figure, cell.patients);
                if (place === 0) return [value];
                return cell === null ? [value, '', ''] : [value, differenceText(cell), verdict(figure, cell)];
              }),
            ]),
          ],
    values: titled(
      'value of the recipe',
      values.map(({ path, of, stages }) => [path, ...of.map((value) => short(whole(value))), stages.join(', ')]),
      ['read by'],
    ),
    same: values.length === 0 ? sameRecipesText(comparison) : null,
    facts: titled(
      'beside the recipe',
      facts.map(({ name, texts }) => [name, ...texts.map(short)]),
    ),
    notes: differenceNotes(comparison),
    worse: runs.flatMap(({ worse }, place) => worse.map((text) => `${letter(place)}: ${text}`)),
  };
}

/** Hashes by their start; the page has the whole of a long value. */
function short(text: string): string {
  if (/^[0-9a-f]{40,}$/.test(text)) return text.slice(0, 12);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 48;

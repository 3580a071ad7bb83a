import type { Stamp } from '../../registry/leak.ts';

/** What a network was trained on, and how it fared there. Stands beside everything that it predicts, whatever the pictures. */
export type Mark = 'SYNTHETIC' | 'SMOKE' | 'PARTLY PRETRAINED' | Stamp | Verdict;

/** A network that says less than what it has to beat, on the validation side that it was trained beside. */
export type Verdict = 'WORSE THAN CONSTANT' | 'WORSE THAN BASE';

const ORDER: readonly Mark[] = [
  'SYNTHETIC',
  'SMOKE',
  'LEAKY SPLIT',
  'PATIENTS UNKNOWN',
  'PARTLY PRETRAINED',
  'WORSE THAN CONSTANT',
  'WORSE THAN BASE',
];
const VERDICTS: readonly string[] = ['WORSE THAN CONSTANT', 'WORSE THAN BASE'] satisfies Verdict[];

export const isVerdict = (mark: string): mark is Verdict => VERDICTS.includes(mark);

/** Each mark once, in the order in which they are shown. */
export function unionOfMarks(...lists: (readonly string[])[]): Mark[] {
  const all = new Set(lists.flat());
  return ORDER.filter((mark) => all.has(mark));
}

/** As it stands in a column of a table: `SYNTHETIC;SMOKE`; empty where there is none. */
export const marksCell = (marks: readonly Mark[]): string => marks.join(';');

/** What such a column says. A mark of another version of ichor is not known here, and left out. */
export const marksOfCell = (cell: string): Mark[] => unionOfMarks(cell.split(';'));

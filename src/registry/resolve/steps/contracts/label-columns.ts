import { LABELS } from '../../../../labels.ts';
import { labelColumnTwice, labelsStatedTwice } from '../../../diagnostics/findings/needs.ts';
import { columnOf, fieldsOf, type LabelColumn } from '../../../label-columns.ts';
import { at, type Path } from '../../../values/path.ts';
import { sharedPlain } from '../../../values/shared-plain.ts';
import { isNull, isText, type Node } from '../../../values/value.ts';
import type { Facts, Rule } from './facts.ts';

/** A block that names columns of one table: where its labels stand, and what else it reads of a row. */
interface Block {
  path: readonly string[];
  labels: string;
  cells: readonly string[];
}

const LABELS_BLOCK: Block = {
  path: ['data', 'labels'],
  labels: 'columns',
  cells: ['slice', 'path', 'patient', 'number', 'label', 'value'],
};
const PICTURES_BLOCK: Block = {
  path: ['data', 'source'],
  labels: 'labels',
  cells: ['slice', 'patient', 'study', 'series', 'number', 'positionMm'],
};

const blocksOf = (facts: Facts): Block[] => [
  LABELS_BLOCK,
  ...(facts.text('data', 'source', 'type') === 'pictures' ? [PICTURES_BLOCK] : []),
];

/** Each column says one thing. One that is named twice is a slip of copying, and its label would be that of another. */
export const labelColumnsDiffer: Rule = (facts) =>
  blocksOf(facts).flatMap((block) => {
    const node = at(facts.recipe, block.path);
    if (node?.kind !== 'map' || !facts.valid(block.path)) return [];
    return [...labelsOnce(facts, node, block), ...valueApart(facts, node, block)];
  });

function labelsOnce(facts: Facts, node: Node, { path, labels, cells }: Block) {
  const columns = at(node, [labels]);
  if (columns?.kind !== 'map') return [];
  const stated = sharedPlain(columns) as Partial<Record<string, LabelColumn>>;
  const others = new Map(cellColumns(node, cells));
  const before = new Map<string, { label: string; not: boolean }>();
  return LABELS.flatMap((label) => {
    const one = stated[label];
    if (one === undefined) return [];
    const column = columnOf(one);
    const own: Path = [...path, labels, label];
    const twice = (other: string) => [labelColumnTwice(facts.place(...own), own, column, other)];
    const cell = others.get(column);
    if (cell !== undefined) return twice([...path, cell].join('.'));
    const not = typeof one !== 'string';
    const first = before.get(column);
    // A table that denies any in the column of a type contradicts itself, row by row: that is told of the rows.
    if (first === undefined || (label === 'any' && not && !first.not)) {
      before.set(column, { label, not });
      return [];
    }
    return twice([...path, labels, first.label].join('.'));
  });
}

/** Of a table with a row a label: its value stands in a column of its own. */
function valueApart(facts: Facts, node: Node, { path, cells }: Block) {
  if (!cells.includes('value')) return [];
  const value = at(node, ['value']);
  if (!isText(value)) return [];
  const others = new Map(
    cellColumns(
      node,
      cells.filter((cell) => cell !== 'value'),
    ),
  );
  return fieldsOf(value.value).flatMap((column) => {
    const cell = others.get(column);
    if (cell === undefined) return [];
    const own: Path = [...path, 'value'];
    return [labelColumnTwice(facts.place(...own), own, column, [...path, cell].join('.'))];
  });
}

function cellColumns(node: Node, cells: readonly string[]): [column: string, cell: string][] {
  return cells.flatMap((cell) => {
    const stated = at(node, [cell]);
    return isText(stated) ? fieldsOf(stated.value).map((column): [string, string] => [column, cell]) : [];
  });
}

/** The table of pictures has labels, and so has another: the other's are taken. */
export const labelsAreStatedOnce: Rule = ({ recipe, training, text, place, valid }) => {
  const file = text('data', 'labels', 'file');
  if (!training || file === undefined || text('data', 'source', 'type') !== 'pictures') return [];
  const own = at(recipe, ['data', 'source', 'labels']);
  if (own === undefined || isNull(own) || !valid(['data', 'source'])) return [];
  return [labelsStatedTwice(place('data', 'labels', 'file'), file)];
};

import type { DataSet } from './data-set.ts';
import type { HeaderDoubt, HeaderProblem, ModalityTable } from './header.ts';
import { HeaderNumbers } from './header-numbers.ts';

const SEQUENCE = 'x00283000';
const DESCRIPTOR = 'x00283002';
const TYPE = 'x00283004';
const DATA = 'x00283006';

export interface ReadTable {
  table: ModalityTable | null;
  problem: HeaderProblem | null;
  doubts: readonly HeaderDoubt[];
}

/** Reads (0028,3000). Without one all is null. `dropped`: it was too long to be looked at. */
export function modalityTable(set: DataSet, signed: boolean, dropped: boolean): ReadTable {
  const none = (message: string): ReadTable => ({
    table: null,
    problem: { reason: 'modality-lut', message },
    doubts: [],
  });
  if (dropped) return none('has a modality LUT that is too long to be one');
  const [item, another] = set.items(SEQUENCE);
  if (item === undefined) return { table: null, problem: null, doubts: [] };
  if (another !== undefined) return none('has more than one modality LUT');
  const descriptor = item.words(DESCRIPTOR);
  if (descriptor === null || descriptor.length !== 6) return none('has a modality LUT without a descriptor');
  const count = descriptor.readUInt16LE(0) || 2 ** 16;
  const first = signed ? descriptor.readInt16LE(2) : descriptor.readUInt16LE(2);
  const bits = descriptor.readUInt16LE(4);
  if (bits !== 8 && bits !== 16) return none(`has a modality LUT of ${bits} bits, where 8 or 16 are defined`);
  const data = item.words(DATA);
  if (item.elements[DATA]?.vr === 'SS' || data === null || data.length !== 2 * count)
    return none('has a modality LUT whose data are not as its descriptor says');
  if (bits === 8)
    for (let i = 1; i < data.length; i += 2)
      if (data[i] !== 0) return none('has a modality LUT whose data are not as its descriptor says');
  const numbers = new HeaderNumbers(item, new Set());
  numbers.unit(TYPE);
  return { table: { first, entries: data.toString('base64') }, problem: numbers.problem, doubts: numbers.doubts };
}

const lookups = new WeakMap<ModalityTable, (stored: number) => number>();

/** HU of a stored value. */
export function tableLookup(table: ModalityTable): (stored: number) => number {
  const known = lookups.get(table);
  if (known !== undefined) return known;
  const data = Buffer.from(table.entries, 'base64');
  const last = data.length / 2 - 1;
  const lookup = (stored: number) => data.readUInt16LE(2 * Math.min(last, Math.max(0, stored - table.first)));
  lookups.set(table, lookup);
  return lookup;
}

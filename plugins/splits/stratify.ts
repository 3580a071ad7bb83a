import { LABELS, type Label, type SliceLabels, seedOf } from '../../src/index.ts';

/** Patients (or slices) that go to one fold together. */
export interface Unit {
  /** Orders units, and breaks ties, by hash: neither their order nor their number moves one that has no tie. */
  name: string;
  /** How many patients they are, and how many of them have each label. */
  size: number;
  with: Readonly<Record<Label, number>>;
}

/** Of one item (a patient, a slice) whose labels are these. */
export const unitOf = (name: string, items: readonly Partial<SliceLabels>[]): Unit => ({
  name,
  size: items.length,
  with: Object.fromEntries(
    LABELS.map((label) => [label, items.filter((one) => one[label] === 1).length]),
  ) as Unit['with'],
});

interface Fold {
  place: number;
  size: number;
  with: Record<Label, number>;
}

/**
 * The fold, from 0, of each unit: iterative stratification (Sechidis, Tsoumakas and Vlahavas, ECML PKDD 2011). Of the label
 * that fewest units left have, each goes where most of it is still wanted; those without any label fill up. Over the
 * labels stands `any`: each fold has as many with a haemorrhage as another, or one more, as far as units allow. What that
 * leaves uneven of the other labels is mended by exchanges.
 */
export function stratify(units: readonly Unit[], folds: number, seed: number): ReadonlyMap<string, number> {
  const drawn = units.map((unit) => ({ unit, hash: seedOf(seed, 'k-fold', unit.name) })).sort(byHash);
  const all: Fold[] = Array.from({ length: folds }, (_, place) => ({ place, size: 0, with: counts(() => 0) }));
  const total = counts((label) => sum(units, (unit) => unit.with[label]));
  const size = sum(units, (unit) => unit.size);
  const dealt = new Map<string, number>();
  for (let left = drawn; left.length > 0; ) {
    const label = rarest(left);
    const isNext = ({ unit }: Drawn) => label === null || unit.with[label] > 0;
    for (const { unit, hash } of left.filter(isNext)) {
      const open = openFolds(all, unit, label, label === null ? size : total.any);
      const fold = open[(hash[0] as number) % open.length] as Fold;
      fold.size += unit.size;
      for (const one of LABELS) fold.with[one] += unit.with[one];
      dealt.set(unit.name, fold.place);
    }
    left = left.filter((one) => !isNext(one));
  }
  exchange(units, all, dealt, total);
  return dealt;
}

/** A unit with what orders it at random, and breaks its ties. */
interface Drawn {
  unit: Unit;
  hash: Uint32Array;
}

function byHash({ hash: a }: Drawn, { hash: b }: Drawn): number {
  for (let word = 0; word < a.length; word++) if (a[word] !== b[word]) return (a[word] as number) - (b[word] as number);
  return 0;
}

/**
 * Where a unit may go that is dealt for a label (null: it has none): of the folds with a seat those with least of the label,
 * then with fewest that have a haemorrhage, then the smallest. Where groups are large no fold may have a seat: then the
 * emptiest ones.
 */
function openFolds(all: readonly Fold[], unit: Unit, label: Label | null, total: number): Fold[] {
  const of = (one: Fold | Unit) => (label === null ? one.size : one.with.any);
  // Each fold has its share of what is counted (all, or those with a haemorrhage), and some of them one more.
  const share = Math.floor(total / all.length);
  const more = all.reduce((count, fold) => count + (of(fold) > share ? 1 : 0), 0) < total % all.length;
  const hasSeat = (fold: Fold): boolean => {
    const after = of(fold) + of(unit);
    return after <= share || (after === share + 1 && (more || of(fold) > share));
  };
  let open: Fold[] = [];
  let best: readonly number[] | null = null;
  for (const fold of all) {
    const seat = hasSeat(fold);
    const rank = [seat ? 0 : 1, seat ? 0 : of(fold), label === null ? 0 : fold.with[label], fold.with.any, fold.size];
    const order = best === null ? -1 : inOrder(rank, best);
    if (order < 0) [open, best] = [[fold], rank];
    else if (order === 0) open.push(fold);
  }
  return open;
}

function inOrder(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return (a[at] as number) - (b[at] as number);
  return 0;
}

/** Units that are alike in size and in every label, of one fold. */
interface Alike {
  fold: Fold;
  unit: Unit;
  names: string[];
}

/**
 * Exchanges units of two folds as long as that makes labels more even (chi square against equal shares), of units that are as
 * large and have a haemorrhage as often: sizes and `any` stay what they are. Changes `folds` and `dealt`.
 */
function exchange(
  units: readonly Unit[],
  folds: readonly Fold[],
  dealt: Map<string, number>,
  total: Readonly<Record<Label, number>>,
): void {
  const groups = new Map<string, Alike>();
  const find = (fold: Fold, unit: Unit): Alike => {
    const key = JSON.stringify([fold.place, unit.size, LABELS.map((label) => unit.with[label])]);
    const known = groups.get(key) ?? { fold, unit, names: [] };
    groups.set(key, known);
    return known;
  };
  // By name, so that the order in which they came changes nothing.
  const sorted = units.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const unit of sorted) find(folds[dealt.get(unit.name) as number] as Fold, unit).names.push(unit.name);
  /** How much less even labels are if `a` and `b` change places. */
  const cost = (a: Alike, b: Alike): number =>
    sum(LABELS, (label) => {
      const moved = b.unit.with[label] - a.unit.with[label];
      return moved === 0 ? 0 : (2 * moved * (a.fold.with[label] - b.fold.with[label] + moved)) / total[label];
    });
  const swap = (a: Alike, b: Alike): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const name = from.names.pop() as string;
      for (const label of LABELS) {
        from.fold.with[label] -= from.unit.with[label];
        to.fold.with[label] += from.unit.with[label];
      }
      dealt.set(name, to.fold.place);
      find(to.fold, from.unit).names.unshift(name);
    }
  };
  for (let changed = true; changed; ) {
    changed = false;
    const now = [...groups.values()];
    for (const a of now)
      for (const b of now) {
        if (b.fold.place <= a.fold.place || a.unit.size !== b.unit.size || a.unit.with.any !== b.unit.with.any)
          continue;
        while (a.names.length > 0 && b.names.length > 0 && cost(a, b) < -1e-9) {
          swap(a, b);
          changed = true;
        }
      }
  }
}

/** The label that fewest of them have; null where none has any. Of two that as few have the first in the order of labels. */
function rarest(units: readonly Drawn[]): Label | null {
  const found = LABELS.map((label) => ({ label, count: sum(units, ({ unit }) => (unit.with[label] > 0 ? 1 : 0)) }));
  const [first] = found.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count);
  return first?.label ?? null;
}

const counts = (of: (label: Label) => number): Record<Label, number> =>
  Object.fromEntries(LABELS.map((label) => [label, of(label)])) as Record<Label, number>;
const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, one) => all + of(one), 0);

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
  const hashOf = new Map(units.map(({ name }) => [name, seedOf(seed, 'k-fold', name)]));
  const text = (name: string) =>
    [...(hashOf.get(name) as Uint32Array)].map((word) => word.toString(16).padStart(8, '0')).join('');
  const left = new Set(
    units
      .map((unit) => ({ unit, place: text(unit.name) }))
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ unit }) => unit),
  );
  const all: Fold[] = Array.from({ length: folds }, (_, place) => ({ place, size: 0, with: counts(() => 0) }));
  const total = counts((label) => sum(units.map((unit) => unit.with[label])));
  const size = sum(units.map((unit) => unit.size));
  const dealt = new Map<string, number>();
  const deal = (unit: Unit, label: Label | null) => {
    const fits = all.filter((fold) => hasSeat(fold, unit, all, label === null ? size : total.any, label === null));
    // Where groups are large no fold may have a seat: then the emptiest one takes them.
    const open = fits.length > 0 ? fits : least(all, (fold) => (label === null ? fold.size : fold.with.any));
    const wanted = label === null ? open : least(open, (fold) => fold.with[label]);
    const tied = least(
      least(wanted, (fold) => fold.with.any),
      (fold) => fold.size,
    );
    const fold = tied[((hashOf.get(unit.name) as Uint32Array)[0] as number) % tied.length] as Fold;
    fold.size += unit.size;
    for (const one of LABELS) fold.with[one] += unit.with[one];
    dealt.set(unit.name, fold.place);
    left.delete(unit);
  };
  while (left.size > 0) {
    const label = rarest(left);
    for (const unit of [...left]) if (label === null || unit.with[label] > 0) deal(unit, label);
  }
  exchange(units, all, dealt, total);
  return dealt;
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
    sum(
      LABELS.map((label) => {
        const moved = b.unit.with[label] - a.unit.with[label];
        return moved === 0 ? 0 : (2 * moved * (a.fold.with[label] - b.fold.with[label] + moved)) / total[label];
      }),
    );
  for (let changed = true; changed; ) {
    changed = false;
    for (const a of [...groups.values()])
      for (const b of [...groups.values()]) {
        const fits = b.fold.place > a.fold.place && a.unit.size === b.unit.size && a.unit.with.any === b.unit.with.any;
        if (!fits || a.names.length === 0 || b.names.length === 0 || !(cost(a, b) < -1e-9)) continue;
        changed = true;
        const [left, right] = [a.names.shift() as string, b.names.shift() as string];
        for (const [name, unit, from, to] of [
          [left, a.unit, a.fold, b.fold],
          [right, b.unit, b.fold, a.fold],
        ] as const) {
          for (const label of LABELS) {
            from.with[label] -= unit.with[label];
            to.with[label] += unit.with[label];
          }
          dealt.set(name, to.place);
          find(to, unit).names.push(name);
        }
      }
  }
}

/** The label that fewest of them have; null where none has any. Of two that as few have the first in the order of labels. */
function rarest(units: ReadonlySet<Unit>): Label | null {
  const found = LABELS.map((label) => ({ label, count: [...units].filter((unit) => unit.with[label] > 0).length }));
  const some = found.filter(({ count }) => count > 0);
  return least(some, ({ count }) => count)[0]?.label ?? null;
}

/** Whether a fold stays at its share of what is counted (all, or those with a haemorrhage), or is one of those that take one more. */
function hasSeat(fold: Fold, unit: Unit, all: readonly Fold[], total: number, whole: boolean): boolean {
  const of = (one: Fold | Unit) => (whole ? one.size : one.with.any);
  const share = Math.floor(total / all.length);
  const after = of(fold) + of(unit);
  if (after <= share) return true;
  const over = all.filter((one) => of(one) > share).length;
  return after === share + 1 && (of(fold) > share || over < total % all.length);
}

function least<T>(items: readonly T[], of: (item: T) => number): T[] {
  const low = Math.min(...items.map(of));
  return items.filter((item) => of(item) === low);
}

const counts = (of: (label: Label) => number): Record<Label, number> =>
  Object.fromEntries(LABELS.map((label) => [label, of(label)])) as Record<Label, number>;
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

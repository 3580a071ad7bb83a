import type { Candidate } from './candidate.ts';
import { type Planes, planesOf } from './planes.ts';

/** What slices stand in order by. `z`: no slice states its planes, they are taken as axial. */
export type OrderedBy = 'position' | 'z' | 'slice-location' | 'instance-number';

export interface PlacedSlice {
  slice: Candidate;
  /** Along the slice normal; null where it is not known. */
  positionMm: number | null;
  /** What its series is ordered by: ascending. Null of a single slice that has nothing. */
  at: number | null;
}

/** The slices of one series, set in order. */
export interface Arrangement {
  placed: PlacedSlice[];
  /** Slices without what the others are ordered by. */
  unplaced: Candidate[];
  /** Null: nothing puts them in order. `placed` is empty then, unless the series has a single slice. */
  by: OrderedBy | null;
  /** Whether the first slice is the lowest is known. */
  directionKnown: boolean;
  planes: Planes;
}

/** Positions closer than this are one. */
export const SAME_POSITION_MM = 1e-3;
/** Numbers of which more than this share repeat count something else (two blocks that both start at 1). */
const MOST_REPEATED = 0.1;

interface Scale {
  by: OrderedBy;
  value(slice: Candidate): number | null;
}

const byId = (a: Candidate, b: Candidate): number => (a.slice < b.slice ? -1 : a.slice > b.slice ? 1 : 0);

/**
 * By the position along the normal of most, upwards; without orientation by z; else by SliceLocation, else by
 * InstanceNumber. Slices at one place stand in the order of their InstanceNumbers, then of their ids: nothing else is ever
 * ordered by an id. A scale orders a series where it tells its slices apart; where the better one is missing on some
 * slices, a worse one that all have serves as long as it agrees with it.
 */
export function arrange(slices: readonly Candidate[]): Arrangement {
  const sorted = [...slices].sort(byId);
  const planes = planesOf(sorted);
  const stack = sorted.filter((slice) => !planes.other.has(slice));
  const along = planes.along;
  const first: Scale = { by: planes.normal === null ? 'z' : 'position', value: along };
  const scales: Scale[] = [
    first,
    { by: 'slice-location', value: ({ location }) => location },
    { by: 'instance-number', value: ({ instance }) => instance },
  ];
  const [only] = stack;
  if (stack.length <= 1) {
    const placed = only === undefined ? [] : [{ slice: only, positionMm: along(only), at: along(only) }];
    return { placed, unplaced: [], by: null, directionKnown: true, planes };
  }
  const usable = scales.filter((scale) => orders(stack, scale));
  const known = usable.includes(first) ? first : null;
  const agreeing = usable.filter((scale) => known === null || directionOf(stack, scale, known) !== 0);
  const most = Math.max(...agreeing.map((scale) => covered(stack, scale)));
  const chosen = agreeing.find((scale) => covered(stack, scale) === most) ?? null;
  if (chosen === null) return { placed: [], unplaced: stack, by: null, directionKnown: false, planes };
  const direction = known === null ? null : directionOf(stack, chosen, known);
  const sign = direction === -1 ? -1 : 1;
  const unplaced = stack.filter((slice) => chosen.value(slice) === null);
  const placed = stack.flatMap((slice) => {
    const at = chosen.value(slice);
    return at === null ? [] : [{ slice, positionMm: known === null ? null : along(slice), at: sign * at }];
  });
  const number = ({ slice }: PlacedSlice) => slice.instance ?? Infinity;
  placed.sort((a, b) => {
    const [here, there] = [a.at as number, b.at as number];
    if (here !== there) return here - there;
    return (number(a) === number(b) ? 0 : number(a) - number(b)) || byId(a.slice, b.slice);
  });
  return { placed, unplaced, by: chosen.by, directionKnown: direction !== null, planes };
}

const valuesOf = (stack: readonly Candidate[], { value }: Scale): number[] =>
  stack.flatMap((slice) => value(slice) ?? []);

const covered = (stack: readonly Candidate[], scale: Scale): number => valuesOf(stack, scale).length;

/** Whether a scale tells the slices that have it apart. */
function orders(stack: readonly Candidate[], scale: Scale): boolean {
  const values = valuesOf(stack, scale).sort((a, b) => a - b);
  if (values.length < 2 || (values.at(-1) as number) - (values[0] as number) < SAME_POSITION_MM) return false;
  if (scale.by !== 'instance-number') return true;
  return values.length - new Set(values).size <= MOST_REPEATED * values.length;
}

/** 1 where `scale` rises with `known`, -1 where it falls; 0 where it does neither: then it is no order in space. */
function directionOf(stack: readonly Candidate[], scale: Scale, known: Scale): 1 | -1 | 0 {
  if (scale === known) return 1;
  const both = stack.flatMap((slice) => {
    const [a, b] = [known.value(slice), scale.value(slice)];
    return a === null || b === null ? [] : [{ a, b }];
  });
  both.sort((one, other) => one.a - other.a);
  let [up, down] = [0, 0];
  both.forEach(({ a, b }, i) => {
    const before = both[i - 1];
    if (before === undefined || a - before.a < SAME_POSITION_MM) return;
    if (b > before.b) up++;
    else if (b < before.b) down++;
  });
  if (up > 0 && down === 0) return 1;
  return down > 0 && up === 0 ? -1 : 0;
}

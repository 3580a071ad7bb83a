import { placesOf } from '../../../series-places.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';
import { arrange } from './arrange.ts';
import type { Candidate } from './candidate.ts';
import { type Phase, planeOfSlice } from './series-facts.ts';
import type { PictureOf } from './tell-apart.ts';

/** So many places at least, and so large a share of all, hold several slices where a series was scanned several times: blocks overlap less. */
const FEWEST_REPEATED = 2;
const REPEATED = 0.2;
/** A key tells scans apart where it leaves no more than so much of the repetition. */
const LEFT = 0.1;
/** Parts that share so much of their places lie on each other; blocks that abut share a slice or two. */
const ON_EACH_OTHER = 0.5;
/** Fewer pictures of another plane are localisers in a stack, and no stack. */
const STACK = 3;

/**
 * Series UIDs that stand for several stacks: localisers, maps and reformats beside slices, each by itself. What most of the
 * series is keeps its name. (Which of them is the head is for a rule to say.)
 */
export function splitMixed(candidates: Iterable<Candidate>): void {
  for (const [uid, slices] of bySeries(candidates)) {
    // A slice that states no plane lies as the others do.
    const kinds = grouped(slices, kindOf);
    kinds.delete(null);
    if (kinds.size < 2) continue;
    const [most] =
      [...kinds].sort((a, b) => b[1].length - a[1].length || (String(a[0]) < String(b[0]) ? -1 : 1))[0] ?? [];
    // A scout or two among slices are told as pictures of another plane, and left out as they always were.
    for (const [kind, own] of kinds) {
      const plane = kind === 'axial' || kind === 'coronal' || kind === 'sagittal';
      if (kind === most || (plane && own.length < STACK)) continue;
      for (const slice of own) slice.series = `${uid} (${kind})`;
    }
  }
}

function kindOf(slice: Candidate): string | null {
  const { imageType, claims } = slice;
  if (imageType.includes('LOCALIZER')) return 'localisers';
  if (claims.other !== null && !imageType.includes('ORIGINAL')) return claims.other;
  return planeOfSlice(slice);
}

/**
 * Series with repeated positions: scans of the same places one after the other (perfusion, phases with and without an
 * agent), at once (dual energy), or files that were written twice. They become a series each, by what headers say
 * tells them apart: acquisition number, temporal position, what was scanned and how it was made of that, the time. Where
 * nothing tells them apart and pictures are equal they are copies, and left out; else they stay one series, whose
 * places count once.
 *
 * @returns which scan each of the new series is, by name
 */
export async function splitRepeated(
  candidates: Map<string, Candidate>,
  /** Labels name files (Kaggle's layout): no copy is left out. */
  byName: boolean,
  pictureOf: PictureOf,
  identities: Identities,
  ledger: LedgerLines,
): Promise<ReadonlyMap<string, Phase>> {
  const phases = new Map<string, Phase>();
  for (const [uid, slices] of bySeries(candidates.values())) {
    const places = repeatedPlaces(slices);
    if (places === null) continue;
    const parts = partsOf(places);
    if (parts === null) {
      if (!byName) await leaveOutCopies(places, candidates, pictureOf, identities, ledger);
      continue;
    }
    parts.slices.forEach((own, i) => {
      const name = `${uid} (scan ${i + 1})`;
      phases.set(name, { phase: i + 1, phases: parts.slices.length });
      for (const slice of own) slice.series = name;
    });
    ledger.note({
      item: identities.name('series', uid),
      what: 'series',
      reason: 'repeated-scans',
      message: `Its ${slices.length} slices lie at ${places.length} places, and are ${parts.slices.length} scans of them by ${parts.by}: each counts as a series of its own.`,
      kind: 'repair',
    });
  }
  return phases;
}

/** The slices of a series by place, upwards; null where few places hold several, or positions are not known. */
function repeatedPlaces(slices: readonly Candidate[]): Candidate[][] | null {
  if (slices.length < 2 * FEWEST_REPEATED) return null;
  const { placed, by } = arrange(slices);
  if (by === null || by === 'instance-number') return null;
  const places: Candidate[][] = [];
  const { place } = placesOf(placed.map(({ at }) => at));
  placed.forEach(({ slice }, i) => {
    if (place[i] !== place[i - 1]) places.push([]);
    places.at(-1)?.push(slice);
  });
  const repeated = places.filter((slices) => slices.length > 1).length;
  return repeated < Math.max(FEWEST_REPEATED, REPEATED * places.length) ? null : places;
}

/** What tells scans of one place apart, in the order in which it is trusted. */
const KEYS: readonly (readonly [by: string, key: (slice: Candidate) => readonly (number | string | null)[]])[] = [
  ['acquisition number', ({ acquisition }) => [acquisition.number]],
  ['temporal position', ({ acquisition }) => [acquisition.temporal]],
  [
    'energy, kernel and kind',
    ({ acquisition, imageType, claims, slope, intercept, pixelSpacing, rows, columns }) => [
      acquisition.kilovolts,
      acquisition.kernel,
      acquisition.thicknessMm,
      imageType.join('\\'),
      Number(claims.contrast),
      slope,
      intercept,
      rows,
      columns,
      pixelSpacing?.[0] ?? null,
    ],
  ],
  ['time', ({ acquisition }) => [acquisition.timeMs]],
];

interface Parts {
  by: string;
  slices: Candidate[][];
}

function partsOf(places: readonly Candidate[][]): Parts | null {
  const extra = (of: readonly Candidate[][]) => of.reduce((sum, place) => sum + Math.max(0, place.length - 1), 0);
  const placeOf = new Map(places.flatMap((place, i) => place.map((slice) => [slice, i] as const)));
  const all = [...placeOf.keys()];
  const used: (typeof KEYS)[number][] = [];
  for (const key of KEYS) {
    const [, value] = key;
    // What is the same within each place tells nothing of it, however it runs along the head.
    if (!places.some((place) => new Set(place.map((slice) => JSON.stringify(value(slice)))).size > 1)) continue;
    used.push(key);
    const parts = colour(all, placeOf, (slice) => used.flatMap(([, own]) => own(slice)));
    const left = parts.reduce(
      (sum, own) => sum + extra([...grouped(own, (slice) => placeOf.get(slice) as number).values()]),
      0,
    );
    if (parts.length > 1 && left <= LEFT * extra(places))
      return { by: used.map(([by]) => by).join(', then '), slices: parts };
  }
  return null;
}

/**
 * Slices of one key go together, in the order of the keys each into the first part whose places it does not lie on: blocks that
 * abut become one part, scans of the same places one each, whether a key counts scans or single turns.
 */
function colour(
  slices: readonly Candidate[],
  placeOf: ReadonlyMap<Candidate, number>,
  key: (slice: Candidate) => readonly (number | string | null)[],
): Candidate[][] {
  const groups = [...grouped(slices, (slice) => JSON.stringify(key(slice))).values()].sort((a, b) =>
    compare(key(a[0] as Candidate), key(b[0] as Candidate)),
  );
  const parts: { places: Set<number>; slices: Candidate[] }[] = [];
  for (const group of groups) {
    const own = new Set(group.map((slice) => placeOf.get(slice) as number));
    const free = parts.find(({ places }) => {
      const shared = [...own].filter((place) => places.has(place)).length;
      return shared < ON_EACH_OTHER * Math.min(own.size, places.size);
    });
    if (free === undefined) parts.push({ places: own, slices: group });
    else {
      free.slices.push(...group);
      for (const place of own) free.places.add(place);
    }
  }
  return parts.map((part) => part.slices);
}

/** A series whose every place holds the same picture several times was written several times, under UIDs of its own each time. */
async function leaveOutCopies(
  places: readonly Candidate[][],
  candidates: Map<string, Candidate>,
  pictureOf: PictureOf,
  identities: Identities,
  ledger: LedgerLines,
): Promise<void> {
  const times = places[0]?.length ?? 0;
  if (places.some((place) => place.length !== times)) return;
  for (const [first, ...others] of places as [Candidate, ...Candidate[]][]) {
    const hash = await pictureOf(first);
    if (hash === null) return;
    for (const other of others) if ((await pictureOf(other)) !== hash) return;
  }
  for (const [first, ...others] of places as [Candidate, ...Candidate[]][])
    for (const slice of others) {
      candidates.delete(slice.slice);
      const message = `Another file is a slice of this series at the same place with the same picture: ${identities.name('slice', first.slice)}.`;
      const item = shownPath(identities.name('file', slice.path));
      ledger.leaveOut({ item, what: 'file', reason: 'duplicate-slice', message });
    }
}

function bySeries(candidates: Iterable<Candidate>): Map<string, Candidate[]> {
  return grouped([...candidates], ({ series }) => series);
}

function grouped<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Numbers by size, words by letter, what is missing first. */
function compare(a: readonly (number | string | null)[], b: readonly (number | string | null)[]): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? null;
    if (one === other) continue;
    if (one === null) return -1;
    if (other === null) return 1;
    return one < other ? -1 : 1;
  }
  return 0;
}

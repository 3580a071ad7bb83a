/** A part of what a stage makes: the first of `of` has place 1. */
export interface Range {
  place: number;
  of: number;
}

/** `shards:range-2-of-4`: a range among the instances of a plan. */
export const rangeId = (id: string, { place, of }: Range): string => `${id}:range-${place}-of-${of}`;

/** The instance that an id is a range of; null where it is none. */
export function parseRange(id: string): { id: string; range: Range } | null {
  const [, whole, place, of] = /^(.+):range-(\d+)-of-(\d+)$/.exec(id) ?? [];
  return whole === undefined ? null : { id: whole, range: { place: Number(place), of: Number(of) } };
}

export const rangesOf = (of: number): Range[] => Array.from({ length: of }, (_, i) => ({ place: i + 1, of }));

/** Which of `count` items are a range's, `to` exclusive: as evenly as they go, and none twice. Empty where there are more ranges than items. */
export const spanOf = ({ place, of }: Range, count: number): { from: number; to: number } => ({
  from: Math.floor(((place - 1) * count) / of),
  to: Math.floor((place * count) / of),
});

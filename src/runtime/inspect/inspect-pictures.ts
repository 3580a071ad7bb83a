import type { OpenSource } from '../../registry/kinds/source.ts';
import type { PictureReading } from '../pictures/picture-header.ts';
import { whose } from '../stages/index/picture-candidates.ts';
import type { IndexedSource, IndexSourceOptions } from './index-source.ts';

/** What the table of a source of pictures, or their paths, name. Ids are as `identities` name them. */
export interface InspectedPictures {
  /** Slices that are named. */
  named: number;
  /** By the names of the recipe: whether a channel names it, and how many of these slices have one that can be read. */
  each: readonly { picture: string; channel: boolean; slices: number }[];
  /** Slices that lack a picture that a channel names, and so are not used. */
  lacking: readonly {
    slice: string;
    series: string;
    /** 1-based line of the table; null where there is none. */
    line: number | null;
    lacks: readonly string[];
    has: readonly string[];
  }[];
}

/** Null where the source gives no pictures. `bySeries`: of each series how many slices have each picture. */
export async function inspectPictures(
  source: OpenSource,
  { readings }: Pick<IndexedSource, 'readings'>,
  { identities, wanted = [], pictures = [] }: Pick<IndexSourceOptions, 'identities' | 'wanted' | 'pictures'>,
): Promise<{ found: InspectedPictures; bySeries: ReadonlyMap<string, Record<string, number>> } | null> {
  if (source.records === undefined) return null;
  const readable = new Set(
    (readings as readonly PictureReading[]).flatMap(({ file, picture }) => (picture ? [file.path] : [])),
  );
  const counts = new Map(pictures.map((picture) => [picture, 0]));
  const bySeries = new Map<string, Record<string, number>>();
  const lacking: InspectedPictures['lacking'][number][] = [];
  let named = 0;
  for await (const record of source.records()) {
    // Index has said what is wrong with such a row.
    if ('problem' in record) continue;
    named++;
    const has = pictures.filter((picture) => readable.has(record.pictures[picture] ?? ''));
    const series = identities.name('series', whose(record).series);
    const own = bySeries.get(series) ?? Object.fromEntries(pictures.map((picture) => [picture, 0]));
    bySeries.set(series, own);
    for (const picture of has) {
      counts.set(picture, (counts.get(picture) ?? 0) + 1);
      own[picture] = (own[picture] ?? 0) + 1;
    }
    const lacks = wanted.filter((picture) => !has.includes(picture));
    if (lacks.length > 0)
      lacking.push({ slice: identities.name('slice', record.slice), series, line: record.line, lacks, has });
  }
  const each = [...counts].map(([picture, slices]) => ({ picture, channel: wanted.includes(picture), slices }));
  return { found: { named, each, lacking }, bySeries };
}

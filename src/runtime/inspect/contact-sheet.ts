import type { OpenSource, Source } from '../../registry/kinds/source.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { SlicePool } from '../images/slice-pool.ts';
import { windowsOf } from '../runs/predict-run.ts';
import type { MadeSlice } from '../stages/shards/slice-maker.ts';
import type { IndexedSource, IndexSourceOptions } from './index-source.ts';
import type { InspectedSeries, Inspection } from './inspect.ts';

/** Of a series so many slices are shown, evenly from its first to its last. */
const MOST_SLICES = 12;
/** A page of so many series opens at once: some 1,500 pictures. */
const MOST_SERIES = 40;
/** Pixels of a side. */
const SIDE = 128;
const QUALITY = 85;

/** A slice in each of the recipe's channels, or why it has no picture. */
export interface SheetSlice {
  row: SliceRow;
  images: readonly { channel: string; window: string | null; url: string }[];
  /** `cannot be decoded`; null where there are pictures. */
  problem: string | null;
}

export interface SheetSeries {
  series: InspectedSeries;
  /** Its pictures were generated: its source, or its first file, says so. */
  synthetic: boolean;
  slices: readonly SheetSlice[];
}

/** The chosen series of a source in the windows of a recipe. Ids are as the index names them. */
export interface ContactSheet {
  /** All that is shown. */
  synthetic: boolean;
  size: number;
  series: readonly SheetSeries[];
  /** Chosen series that are not shown. */
  more: number;
}

/**
 * Makes the pictures of the chosen series as the stage shards does, smaller, and of some of their slices alone.
 *
 * @throws IchorError (exit 2) `pictures-needed` where the recipe's channels are pictures whose windows nobody knows; `source-changed`.
 */
export async function contactSheet(
  source: OpenSource,
  indexed: Pick<IndexedSource, 'rows'>,
  found: Pick<Inspection, 'series'>,
  {
    recipe,
    registry,
    identities,
    contract,
    signal,
    progress,
  }: Pick<IndexSourceOptions, 'identities' | 'signal' | 'progress'> & {
    recipe: ResolvedRecipe;
    registry: Registry;
    contract: SheetContract;
  },
): Promise<ContactSheet> {
  const chosen = found.series.filter((one) => one.chosen);
  const bySeries = new Map<string, SliceRow[]>();
  for (const row of indexed.rows) bySeries.set(row.series, [...(bySeries.get(row.series) ?? []), row]);
  const shown = chosen.slice(0, MOST_SERIES).map((series) => ({
    series,
    rows: evenly(bySeries.get(series.series) ?? [], MOST_SLICES),
  }));
  const { SlicePool: Pool } = await import('../images/slice-pool.ts');
  const pool = new Pool(0);
  try {
    const how = { source, pool, recipe: withWindows(recipe, registry, contract), registry, identities, contract };
    const { make, channels, pathOf } = await makerOf(how);
    const total = shown.reduce((sum, { rows }) => sum + rows.length, 0);
    let done = 0;
    const series: SheetSeries[] = [];
    for (const one of shown) {
      const slices: SheetSlice[] = [];
      for (const row of one.rows) {
        signal.throwIfAborted();
        slices.push(await sheetSlice(row, await make(row), channels));
        await progress?.(++done, total, 'pictures');
      }
      const [first] = one.rows;
      const path = first === undefined ? undefined : pathOf(first.file);
      const synthetic = source.synthetic || (path !== undefined && (await isPhantoms(source, path)));
      series.push({ series: one.series, synthetic, slices });
    }
    const synthetic = source.synthetic || (series.length > 0 && series.every((one) => one.synthetic));
    return { synthetic, size: SIDE, series, more: chosen.length - shown.length };
  } finally {
    await pool.close();
  }
}

type SheetContract = Pick<ReturnType<Source['contract']>, 'gives' | 'pictures' | 'repairIntercept'>;

/** What a phantom's files say of who wrote them, in their meta information; a part of a phantom has no `phantom.json`. */
const WRITER = 'ICHOR_PHANTOM';
const META_BYTES = 1024;

async function isPhantoms(source: OpenSource, path: string): Promise<boolean> {
  return (await source.read(path, META_BYTES)).subarray(PREAMBLE).includes(WRITER);
}
const PREAMBLE = 132;

interface SheetChannel {
  name: string;
  /** `40/80 HU`; null where it is no such window. */
  window: string | null;
}

/** DICOM files in the windows that the pictures of the recipe were made with. */
function withWindows(recipe: ResolvedRecipe, registry: Registry, contract: SheetContract): ResolvedRecipe {
  const own = registry.get('source', recipe.data.source.type)?.contract(recipe.data.source);
  if (contract.gives === 'pictures' || own?.gives !== 'pictures') return recipe;
  return { ...recipe, windows: windowsOf(recipe, own.pictures ?? {}) };
}

async function makerOf({
  source,
  pool,
  recipe,
  registry,
  identities,
  contract,
}: {
  source: OpenSource;
  pool: SlicePool;
  recipe: ResolvedRecipe;
  registry: Registry;
  identities: IndexSourceOptions['identities'];
  contract: SheetContract;
}): Promise<{
  make: (row: SliceRow) => Promise<MadeSlice>;
  channels: readonly SheetChannel[];
  pathOf: (file: string) => string | undefined;
}> {
  const [{ pathsOf }, { sliceMaker }, { pictureMaker }, { channelsOf }] = await Promise.all([
    import('../stages/shards/paths.ts'),
    import('../stages/shards/slice-maker.ts'),
    import('../stages/shards/picture-maker.ts'),
    import('../images/windows.ts'),
  ]);
  const pathOf = await pathsOf(source, identities);
  const rest = {
    source,
    contents: null,
    seal: identities.seal,
    size: SIDE,
    interpolation: 'area',
    storage: 'lossless',
    pool,
  } as const;
  const names = recipe.channels.map(({ window }) => window);
  if (contract.gives === 'pictures') {
    const pictures = contract.pictures ?? {};
    const channels = names.map((name) => ({ name, window: huText(pictures[name]?.window) }));
    return { make: pictureMaker({ ...rest, pathOf, channels: names, pictures }), channels, pathOf };
  }
  const { repairIntercept } = contract;
  const channels = names.map((name) => {
    const window = recipe.windows[name];
    return { name, window: window?.type === 'linear' ? huText(window as { level?: unknown; width?: unknown }) : null };
  });
  const make = sliceMaker({
    ...rest,
    pathOf: ({ file }) => pathOf(file),
    repairIntercept,
    channels: channelsOf(recipe, registry),
  });
  return { make, channels, pathOf };
}

const huText = (window: { level?: unknown; width?: unknown } | undefined): string | null =>
  window === undefined ? null : `${String(window.level)}/${String(window.width)} HU`;

async function sheetSlice(row: SliceRow, made: MadeSlice, channels: readonly SheetChannel[]): Promise<SheetSlice> {
  if (made.record === null) return { row, images: [], problem: PROBLEMS[made.row.status] ?? 'has no pixels' };
  const [{ decodeExample }, { unframeRecord }, { default: sharp }] = await Promise.all([
    import('../tfrecord/example.ts'),
    import('../tfrecord/record.ts'),
    import('sharp'),
  ]);
  const bytes = decodeExample(unframeRecord(Buffer.from(made.record))).get('image')?.bytes[0];
  if (bytes === undefined) throw new TypeError('a record without a picture');
  const images = await Promise.all(
    channels.map(async ({ name, window }, c) => {
      const grey = Buffer.alloc(SIDE * SIDE);
      for (let i = 0; i < grey.length; i++) grey[i] = bytes[i * channels.length + c] as number;
      const image = sharp(grey, { raw: { width: SIDE, height: SIDE, channels: 1 } });
      const jpeg = await image.toColourspace('b-w').jpeg({ quality: QUALITY }).toBuffer();
      return { channel: name, window, url: `data:image/jpeg;base64,${jpeg.toString('base64')}` };
    }),
  );
  return { row, images, problem: null };
}

const PROBLEMS: Readonly<Record<string, string>> = {
  truncated: 'its pixels end early',
  unreadable: 'it cannot be read',
  contradictory: 'its pixels contradict its header',
  undecodable: 'it cannot be decoded',
};

/** So many of a list at most, evenly, the first and the last among them. */
export function evenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))] as T);
}

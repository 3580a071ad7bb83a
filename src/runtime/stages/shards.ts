import { IchorError } from '../../errors.ts';
import { type PixelStatus, type ShardRow, writePixels, writeShardsFacts } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { spanOf } from '../range.ts';
import { identitiesOf } from '../sources/identities.ts';
import type { Stage, StageContext } from '../stage.ts';
import { LedgerLines, shownPath } from './ledger-lines.ts';
import { openSource } from './open-source.ts';
import { FileContents } from './shards/file-contents.ts';
import { joinShards } from './shards/join-shards.ts';
import { makeShards } from './shards/make-shards.ts';
import { pathsOf } from './shards/paths.ts';
import { noteRepeated } from './shards/repeated-pictures.ts';
import { seriesGreys } from './shards/series-greys.ts';
import { seriesValues } from './shards/series-values.ts';

/** A shard is what an interrupted run loses at most: a sixteenth of a small set, 128 MB of a large one. */
const SHARDS = 16;
const FEWEST_SLICES = 16;
const MOST_BYTES = 128 * 1024 * 1024;
/** Slices that wait beside those that the threads have, each about half a megabyte where it is read here. */
const AHEAD = 2;

/** Slices of a shard: depends on nothing but the data and the pictures' size. */
export function slicesPerShard(slices: number, imageBytes: number): number {
  const wanted = Math.max(FEWEST_SLICES, Math.ceil(slices / SHARDS));
  return Math.max(1, Math.min(wanted, Math.floor(MOST_BYTES / imageBytes)));
}

/** Stored values -> HU -> windows -> resized bytes, as TFRecord shards in the order of the index. */
export const shardsStage: Stage = {
  name: 'shards',
  version: 9,
  engine: false,
  divided: {
    version: 1,
    applies: () => true,
    async part(context, range) {
      const work = await shardsWork(context);
      const span = spanOf(range, work.shards);
      const rows = await work.make(span);
      await work.contents?.writeLooked(context.folder, rows, work.slicesOf(span));
    },
    join: joinShards,
  },
  async run(context) {
    const { folder, recipe } = context;
    const { slices, shards, contents, channels, inHu, make } = await shardsWork(context);
    let rows: ShardRow[];
    try {
      rows = await make({ from: 0, to: shards });
    } finally {
      // Also what an interrupted run found out. Where it cannot be kept, the next look reads these files again.
      await context.look?.keep();
    }
    if (rows.every(({ status }) => status !== 'read')) throw nothingRead(rows);
    await contents?.unchangedSince(rows, slices, context.emit);
    await writePixels(folder, rows);
    await contents?.finish(folder, rows, slices);
    const madeOf = context.look && { madeOf: context.look.headersFingerprint };
    await writeShardsFacts(folder, { size: recipe.data.image.size, channels, shards, ...madeOf });
    return ledgerOf(slices, rows, folder, inHu);
  },
};

/** What all shards of an index, or some of them, are made with. */
async function shardsWork(context: StageContext) {
  const { recipe, registry, folder, inputs, workers } = context;
  const slices = await readSlices((inputs.get('index') as { folder: string }).folder);
  const { source, contract } = await openSource(context);
  const { size, interpolation, storage } = recipe.data.image;
  const { SlicePool, threadsFor } = await import('../images/slice-pool.ts');
  const channels = recipe.channels.map(({ window }) => window);
  const perShard = slicesPerShard(slices.length, size * size * channels.length);
  const identities = identitiesOf(contract.identities, context.identityKey);
  const pathOf = await pathsOf(source, identities);
  const contents = context.look ? await FileContents.of(context.look, source, pathOf) : null;
  const slicesOf = ({ from, to }: Span) => slices.slice(from * perShard, to * perShard);
  const inHu = contract.gives !== 'pictures';
  /** Rows of these shards, in the order of their slices. */
  const make = async (span: Span): Promise<ShardRow[]> => {
    const count = slicesOf(span).length;
    const pool = new SlicePool(threadsFor(count, workers));
    const how = { source, contents, seal: identities.seal, size, interpolation, storage, pool };
    const ofSlice = inHu
      ? (await import('./shards/slice-maker.ts')).sliceMaker({
          ...how,
          pathOf: ({ file }) => pathOf(file),
          repairIntercept: contract.repairIntercept,
          channels: (await import('../images/windows.ts')).channelsOf(recipe, registry),
        })
      : (await import('./shards/picture-maker.ts')).pictureMaker({
          ...how,
          pathOf,
          channels,
          pictures: contract.pictures ?? {},
        });
    try {
      return await makeShards({
        folder,
        slices,
        perShard,
        span,
        atOnce: workers + AHEAD,
        make: ofSlice,
        contents,
        done: (done) => context.progress(done, count, 'slices'),
      });
    } finally {
      await pool.close();
    }
  };
  return { slices, shards: Math.ceil(slices.length / perShard), contents, channels, inHu, slicesOf, make };
}

/** Shards, counted from 0; `to` exclusive. */
type Span = ReturnType<typeof spanOf>;

function nothingRead(rows: readonly ShardRow[]): IchorError {
  const count = (status: ShardRow['status']) => rows.filter((row) => row.status === status).length;
  const [unreadable, contradictory, undecodable] = [count('unreadable'), count('contradictory'), count('undecodable')];
  const failed = (message: string, hint: string) =>
    new IchorError('no-readable-pixels', `The pixels of all ${rows.length} slices ${message}.`, hint, 2);
  const odd = 'use more bits than their headers say';
  if (contradictory === rows.length)
    return failed(
      `${odd}: their HU cannot be known`,
      'Export the files again: BitsStored (0028,0101) and the pixels contradict each other.',
    );
  if (undecodable === rows.length) {
    const why = rows.find((row) => row.why !== undefined)?.why ?? 'are damaged';
    return failed(`cannot be decoded: the first ${why}`, 'Copy or export the files again.');
  }
  const more = [
    [unreadable, 'cannot be read at all'],
    [undecodable, 'cannot be decoded'],
    [contradictory, odd],
  ].flatMap(([of, what]) => (of === 0 ? [] : [`, ${of} of them ${what}`]));
  return failed(`end early${more.join('')}`, 'Copy the files again: they are cut off.');
}

function ledgerOf(
  slices: readonly SliceRow[],
  rows: readonly ShardRow[],
  folder: string,
  /** Pictures have no HU of which anything could be said. */
  inHu: boolean,
): ReturnType<LedgerLines['part']> {
  const ledger = new LedgerLines('shards', folder);
  const values = inHu ? seriesValues(slices, rows) : { notes: seriesGreys(slices, rows), without: new Set<string>() };
  const frames = new Map<string, number>();
  for (const { file, frame } of slices) if (frame !== undefined) frames.set(file, (frames.get(file) ?? 0) + 1);
  for (const [file, count] of frames) ledger.holdsFrames(shownPath(file), count);
  rows.forEach(({ status, notes, why }, i) => {
    const slice = slices[i] as SliceRow;
    const { series } = slice;
    const message = status === 'read' ? null : UNREAD[status](why);
    // Of a slab of several slices its own file alone is told; of the pictures of a slice all of them.
    const files = slice.pictures ?? [slice];
    if (status !== 'read' && message !== null)
      for (const { file } of files)
        ledger.leaveOut({
          item: shownPath(file),
          what: 'file',
          reason: `${status}-pixels`,
          message: `Its pixels ${message} is not trained on, and predicted from its neighbours in the series.`,
        });
    // What all of a series suffers from is said once, of the series.
    for (const note of notes)
      if (note.reason !== 'implausible-rescale' || !values.without.has(series)) ledger.note(note);
  });
  for (const note of values.notes) ledger.note(note);
  noteRepeated(slices, rows, ledger);
  return ledger.part();
}

/** Why a slice has no pixels, continuing "Its pixels". */
const UNREAD: Readonly<Record<Exclude<PixelStatus, 'read'>, (why?: string) => string>> = {
  truncated: () => 'end early: it',
  unreadable: () =>
    'cannot be read (an error of the drive or of the network, or a member of a zip that is damaged): it',
  contradictory: () => 'use bits above those that the header says are stored: what they are worth cannot be known. It',
  undecodable: (why = 'cannot be decoded') => `${why}: it`,
};

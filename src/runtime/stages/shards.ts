import { IchorError } from '../../errors.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import { type ShardRow, writePixels, writeShardsFacts } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { type Identities, identitiesOf } from '../sources/identities.ts';
import type { Stage } from '../stage.ts';
import { LedgerLines, shownPath } from './ledger-lines.ts';
import { openSource } from './open-source.ts';
import { FileContents } from './shards/file-contents.ts';
import { makeShards } from './shards/make-shards.ts';
import { noteRepeated } from './shards/repeated-pictures.ts';
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
  version: 7,
  engine: false,
  async run(context) {
    const { recipe, registry, folder, inputs, workers } = context;
    const slices = await readSlices((inputs.get('index') as { folder: string }).folder);
    const { source, contract } = await openSource(context);
    const { size, interpolation, storage } = recipe.data.image;
    const [{ channelsOf }, { SlicePool, threadsFor }, { sliceMaker }] = await Promise.all([
      import('../images/windows.ts'),
      import('../images/slice-pool.ts'),
      import('./shards/slice-maker.ts'),
    ]);
    const channels = channelsOf(recipe, registry);
    const perShard = slicesPerShard(slices.length, size * size * channels.length);
    const shards = Math.ceil(slices.length / perShard);
    const identities = identitiesOf(contract.identities, context.identityKey);
    const pathOf = await pathsOf(source, identities);
    const contents = context.look ? await FileContents.of(context.look, source, pathOf) : null;
    const pool = new SlicePool(threadsFor(slices.length, workers));
    const make = sliceMaker({
      source,
      contents,
      pathOf: ({ file }) => pathOf(file),
      seal: identities.seal,
      repairIntercept: contract.repairIntercept,
      channels,
      size,
      interpolation,
      storage,
      pool,
    });
    let rows: ShardRow[];
    try {
      rows = await makeShards({
        folder,
        slices,
        perShard,
        atOnce: workers + AHEAD,
        make,
        contents,
        done: (count) => context.progress(count, slices.length, 'slices'),
      });
    } finally {
      await pool.close();
      // Also what an interrupted run found out. Where it cannot be kept, the next look reads these files again.
      await context.look?.keep();
    }
    if (rows.every(({ status }) => status !== 'read')) throw nothingRead(rows);
    await contents?.unchangedSince(rows, slices, context.emit);
    await writePixels(folder, rows);
    await contents?.finish(folder, rows, slices);
    const madeOf = context.look && { madeOf: context.look.headersFingerprint };
    await writeShardsFacts(folder, { size, channels: channels.map(({ name }) => name), shards, ...madeOf });
    return ledgerOf(slices, rows, folder);
  },
};

/** From a row's `file` to the clear path below the root: itself, or found again by its HMAC. */
async function pathsOf(source: OpenSource, identities: Identities): Promise<(file: string) => string | undefined> {
  if (!identities.private) return (file) => file;
  const paths = new Map<string, string>();
  for await (const { path } of source.files()) paths.set(identities.name('file', path), path);
  return (file) => paths.get(file);
}

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
): ReturnType<LedgerLines['part']> {
  const ledger = new LedgerLines('shards', folder);
  const values = seriesValues(slices, rows);
  const frames = new Map<string, number>();
  for (const { file, frame } of slices) if (frame !== undefined) frames.set(file, (frames.get(file) ?? 0) + 1);
  for (const [file, count] of frames) ledger.holdsFrames(shownPath(file), count);
  rows.forEach(({ status, notes, why }, i) => {
    const { file, series } = slices[i] as SliceRow;
    if (status === 'truncated') {
      const message = 'Its pixels end early: it is not trained on, and predicted from its neighbours in the series.';
      ledger.leaveOut({ item: shownPath(file), what: 'file', reason: 'truncated-pixels', message });
    }
    if (status === 'unreadable') {
      const message =
        'Its pixels cannot be read (an error of the drive or of the network): it is not trained on, and predicted from its neighbours in the series.';
      ledger.leaveOut({ item: shownPath(file), what: 'file', reason: 'unreadable-pixels', message });
    }
    if (status === 'contradictory') {
      const message =
        'Its pixels use bits above those that the header says are stored: what they are worth cannot be known. It is not trained on, and predicted from its neighbours in the series.';
      ledger.leaveOut({ item: shownPath(file), what: 'file', reason: 'contradictory-pixels', message });
    }
    if (status === 'undecodable') {
      const message = `Its pixels ${why ?? 'cannot be decoded'}: it is not trained on, and predicted from its neighbours in the series.`;
      ledger.leaveOut({ item: shownPath(file), what: 'file', reason: 'undecodable-pixels', message });
    }
    // What all of a series suffers from is said once, of the series.
    for (const note of notes)
      if (note.reason !== 'implausible-rescale' || !values.without.has(series)) ledger.note(note);
  });
  for (const note of values.notes) ledger.note(note);
  noteRepeated(slices, rows, ledger);
  return ledger.part();
}

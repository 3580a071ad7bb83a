import { IchorError } from '../../../errors.ts';
import type { TrackBegin, TrackParent } from '../../../registry/kinds/tracker.ts';
import type { ResolvedRecipe } from '../../../registry/recipe.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { NoteEvent } from '../../events.ts';
import type { Lock } from '../../store/lock.ts';
import type { RunFolder } from '../run-folder.ts';
import { type Cursor, cursorsOf, sentAgain } from './cursor.ts';
import { type Earlier, lockTracking, takeOver } from './earlier.ts';
import { Journal, type JournalHead } from './journal.ts';
import { toldPoint, trackedRecipe } from './tracked-recipe.ts';
import { deliveriesOf, journalFailed, type Tracked, Tracking, warningOf } from './tracking.ts';
import { assertWhole } from './whole.ts';

export interface FollowOptions {
  recipe: ResolvedRecipe;
  registry: Registry;
  /** Whether the source's identities are private. */
  isPrivate: boolean;
  storeRoot: string;
  workspace: string;
  parent: TrackParent | null;
  /** Of the instances that train: what makes two runs one training. */
  keys: Readonly<Record<string, string>>;
  marks: readonly string[];
  tell(note: NoteEvent): void;
}

/**
 * Begins to follow a run that trains, as its recipe says: with a journal of its own, or with that of the run that it goes on with. Null where nobody
 * follows it, and (told) where its folder takes no journal.
 */
export async function followRun(run: RunFolder, options: FollowOptions): Promise<Tracking | null> {
  const { recipe, registry, storeRoot, keys, tell } = options;
  if (recipe.tracking.length === 0) return null;
  const tracked = trackedOf(run, options);
  let lock: Lock | null = null;
  try {
    lock = await lockTracking(storeRoot, run.record.name);
    const earlier = await takeOver({ storeRoot, run, keys }, recipe.tracking, tell);
    const journal = await Journal.create(run.folder, headOf(keys), earlier?.journal.records ?? []);
    const tracking = new Tracking(
      tracked,
      journal,
      await deliveriesOf(recipe.tracking, registry, journal, tracked, earlier?.cursors ?? new Map()),
      lock,
    );
    for (const delivery of tracking.deliveries) await delivery.begin();
    tracking.begin(beginOf(run, options, Date.now(), earlier));
    return tracking;
  } catch (error) {
    // No training ends for who looks at it.
    tell(warningOf(journalFailed(run.record.name, error)));
    await lock?.release();
    return null;
  }
}

/**
 * A run in which nothing was left to do. What was tracked of it before is sent as far as it was not; a tracker that is new to it receives all of it. Of
 * a run that nobody had followed a journal is written, by `recorded`.
 */
export async function followAgain(
  run: Pick<RunFolder, 'folder' | 'record'>,
  options: FollowOptions,
  recorded: (tracking: Tracking) => Promise<void>,
): Promise<void> {
  const { recipe, registry, storeRoot, keys, tell } = options;
  if (recipe.tracking.length === 0) return;
  const ended = Date.parse(run.record.finished ?? run.record.started);
  const tracked = { ...trackedOf(run, options), now: () => ended };
  let lock: Lock | null = null;
  try {
    lock = await lockTracking(storeRoot, run.record.name);
    const cursors = await cursorsOf(run.folder, recipe.tracking);
    const there = await wholeJournal(run, cursors, tell);
    const journal = there ?? (await Journal.create(run.folder, headOf(keys)));
    const tracking = new Tracking(
      tracked,
      journal,
      // Of a journal that is written anew nothing has been received, whatever was of the one before.
      await deliveriesOf(recipe.tracking, registry, journal, tracked, there === null ? sentAgain(cursors) : cursors),
      lock,
    );
    for (const delivery of tracking.deliveries) await delivery.begin();
    if (there !== null) return await tracking.deliver();
    tracking.begin(beginOf(run, options, Date.parse(run.record.started), null));
    await recorded(tracking);
  } catch (error) {
    tell(warningOf(journalFailed(run.record.name, error)));
  } finally {
    await lock?.release();
  }
}

/** Null where there is none, and (told) where it is not whole: what it held is had from the run's artifacts then. */
async function wholeJournal(
  { folder, record }: Pick<RunFolder, 'folder' | 'record'>,
  cursors: ReadonlyMap<string, Cursor>,
  tell: FollowOptions['tell'],
): Promise<Journal | null> {
  try {
    const journal = await Journal.read(folder);
    if (journal !== null) assertWhole(journal, record, cursors.values());
    return journal;
  } catch (error) {
    if (!(error instanceof IchorError) || error.code !== 'track-journal-damaged') throw error;
    const { code, message } = error;
    tell({ type: 'note', level: 'warning', code, message: `${message} It is written anew, and all of it is sent.` });
    return null;
  }
}

const headOf = (keys: Readonly<Record<string, string>>): JournalHead => ({ type: 'journal', format: 1, keys });

const trackedOf = (
  { folder, record }: Pick<RunFolder, 'folder' | 'record'>,
  { storeRoot, workspace, parent, tell }: FollowOptions,
): Tracked => ({ storeRoot, runFolder: folder, run: record.name, workspace, parent, tell });

function beginOf(
  { record }: Pick<RunFolder, 'record'>,
  { recipe, isPrivate, parent, marks }: FollowOptions,
  time: number,
  earlier: Earlier | null,
): TrackBegin {
  const { name, recipe: recipeName, recipeHash, versions, engine } = record;
  return {
    type: 'begin',
    time,
    run: name,
    recipe: recipeName,
    recipeHash,
    marks,
    seed: recipe.seed,
    dataSeed: recipe.data.seed,
    ...trackedRecipe(recipe, isPrivate),
    parent: parent && { ...parent, point: toldPoint(parent.point, isPrivate) },
    versions,
    engine,
    resumes: earlier?.name ?? null,
  };
}

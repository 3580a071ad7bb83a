import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { mkdir, readFile } from '../../files/fs.ts';
import { replaceFile } from '../../files/write.ts';
import { differences } from '../../registry/values/differences.ts';
import { formatPath } from '../../registry/values/path.ts';
import type { Plain } from '../../registry/values/value.ts';
import { mayBeAlive, type ProcessIdentity } from '../store/process-identity.ts';

export type PointStatus = 'not started' | 'running' | 'done' | 'failed';

/** One point of a sweep, or one seed of a table's row, and how it went. */
export interface LedgerPoint {
  name: string;
  values: Readonly<Record<string, Plain>>;
  seed: number | null;
  /** Of a table's row: where the table states it, as of the last call. */
  at?: string;
  /** Hash of the point's resolved recipe: what it was, or will be, run with. */
  recipe: string;
  status: PointStatus;
  /** The run that is done, or that failed last. */
  run: string | null;
  /**
   * Hash of the recipe that this run was made from: another one than `recipe` where what changed since is in no key (a value that
   * nothing reads, a field that came with a later version), so that the run was recalled. Absent in older ledgers.
   */
  madeFrom?: string;
  error: string | null;
  seconds: number | null;
  process: ProcessIdentity | null;
}

/** `ledger.json` of a sweep or a table: what is done, failed, running and not started. */
export interface SweepLedger {
  format: 1;
  name: string;
  /** The recipe without any point's values: to say what changed. */
  base: Plain;
  points: LedgerPoint[];
}

export const sweepFolder = (storeRoot: string, name: string): string => join(storeRoot, 'sweeps', name);
export const tableFolder = (storeRoot: string, name: string): string => join(storeRoot, 'tables', name);

const fileOf = (folder: string): string => join(folder, 'ledger.json');

/** Null where this sweep was never started. A point that a process left when it died reads `not started`. */
export async function readLedger(folder: string): Promise<SweepLedger | null> {
  const text = await readFile(fileOf(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (text === null) return null;
  const ledger = parsed(text);
  if (ledger === null) throw damaged(fileOf(folder));
  const points = ledger.points.map((point) =>
    point.status === 'running' && !(point.process && mayBeAlive(point.process))
      ? { ...point, status: 'not started' as const, process: null }
      : point,
  );
  return { ...ledger, points };
}

function parsed(text: string): SweepLedger | null {
  try {
    const ledger = JSON.parse(text) as SweepLedger | null;
    return ledger?.format === 1 && Array.isArray(ledger.points) && ledger.points.every(isPoint) ? ledger : null;
  } catch {
    return null;
  }
}

const STATES: readonly unknown[] = ['not started', 'running', 'done', 'failed'] satisfies PointStatus[];

/** What something else wrote may be of any form. */
function isPoint(point: unknown): point is LedgerPoint {
  if (typeof point !== 'object' || point === null) return false;
  const { name, values, recipe, status, run, madeFrom } = point as Partial<Record<keyof LedgerPoint, unknown>>;
  const texts =
    typeof name === 'string' &&
    typeof recipe === 'string' &&
    STATES.includes(status) &&
    ['string', 'undefined'].includes(typeof madeFrom);
  // What is done has a run that it was done by.
  return (
    texts &&
    typeof values === 'object' &&
    values !== null &&
    (typeof run === 'string' || (run === null && status !== 'done'))
  );
}

const damaged = (file: string): IchorError =>
  new IchorError(
    'sweep-ledger-damaged',
    `${file} cannot be read: it was cut off, or something else wrote it.`,
    'Start anew with --restart: what the points made is kept in the store, and recalled.',
    2,
  );

export async function writeLedger(folder: string, ledger: SweepLedger): Promise<void> {
  await mkdir(folder, { recursive: true });
  await replaceFile(fileOf(folder), `${JSON.stringify(ledger, null, 1)}\n`);
}

/**
 * The ledger of `wanted` with what `known` says of the same points. A sweep may grow; a point that was run and is no
 * longer what it was would stand in one table with others.
 * Throws IchorError `sweep-incompatible` (exit 2).
 */
export function continued(known: SweepLedger | null, wanted: SweepLedger): SweepLedger {
  if (known === null) return wanted;
  for (const point of known.points) {
    if (point.status !== 'done') continue;
    const now = wanted.points.find(({ name }) => name === point.name);
    if (now === undefined || now.recipe !== point.recipe)
      throw incompatible(known, wanted, point.name, now !== undefined);
  }
  return carriedOver(known, wanted);
}

/**
 * As `continued`, for a table: its rows come and go while it is written. What is another recipe now, or failed, is run
 * again; what is no longer a row is forgotten, and its runs stay.
 */
export function carriedOver(known: SweepLedger | null, wanted: SweepLedger): SweepLedger {
  const before = new Map(known?.points.map((point) => [point.name, point]));
  const points = wanted.points.map((point) => {
    const own = before.get(point.name);
    if (own?.recipe !== point.recipe) return point;
    return point.at === undefined ? own : { ...own, at: point.at };
  });
  return { ...wanted, points };
}

function incompatible(known: SweepLedger, wanted: SweepLedger, point: string, there: boolean): IchorError {
  const changed = differences(known.base, wanted.base).map(({ path }) => formatPath(path));
  const why = there
    ? `its point ${point} is another recipe now${changed.length > 0 ? ` (changed: ${list(changed)})` : ''}`
    : `its point ${point}, which is done, is no longer part of it`;
  return new IchorError(
    'sweep-incompatible',
    `The sweep ${known.name} was started with another recipe: ${why}.`,
    'Give the changed recipe a name of its own, or start anew with --restart: artifacts that both share are kept.',
    2,
  );
}

const list = (paths: readonly string[]): string =>
  paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');

import { IchorError } from '../../errors.ts';
import type { Outcome } from '../../registry/table/language.ts';
import type { TableClaim, TableRow } from '../../registry/table/table.ts';
import type { PairedDifference } from '../evaluate/paired.ts';
import { isShownAsNumber, SMALLEST } from '../evaluate/shown.ts';
import type { RowResult, SeedResult, TableResults } from './results.ts';

/** One side of a pair: a finished run of a row, by its name in the store. */
export interface RunOfRow {
  row: TableRow;
  run: string;
}

/** Left minus right of one figure over pairs of finished runs. */
export type PairedRuns = (
  pairs: readonly { left: RunOfRow; right: RunOfRow }[],
  figure: string,
) => Promise<PairedDifference>;

export interface ClaimResult {
  claim: TableClaim;
  /** Null where it is not decided; `why` says why not. */
  outcome: Outcome | null;
  why: string | null;
  /** How much better `row` is than `than`, in the figure's unit: positive is better. Null where it is not decided. */
  gain: { mean: number; low: number; high: number; draws: number; skipped: number; perSeed: readonly number[] } | null;
  /** The figure of both rows, seed by seed. */
  values: readonly { seed: number | null; row: number | null; than: number | null }[];
  better: 'lower' | 'higher';
  patients: number;
  /** What made the pictures: `phantom, version 3`. */
  generator: string;
  /** Whether the outcome is what the table expects; null without an expectation, or where nothing was decided. */
  met: boolean | null;
}

/** Beyond what is claimed with the whole interval, short of it with the whole interval, or neither. */
export function decide({ low, high }: { low: number; high: number }, by: number): Outcome {
  if (low > by) return 'holds';
  return high <= by ? 'fails' : 'undecided';
}

/** Decides each claim by the paired interval over all seeds. A row that has not finished leaves its claims undecided. */
export async function claimResults(results: TableResults, paired: PairedRuns): Promise<ClaimResult[]> {
  const found: ClaimResult[] = [];
  for (const claim of results.table.claims) found.push(await claimResult(claim, results, paired));
  return found;
}

async function claimResult(claim: TableClaim, { rows }: TableResults, paired: PairedRuns): Promise<ClaimResult> {
  const [row, than] = [claim.row, claim.than].map((name) => rows.find((one) => one.row.name === name));
  if (!row || !than) throw new TypeError(`the claim ${claim.claim} names a row that is not there`);
  const figure = (seed: SeedResult | undefined) => seed?.figures?.find(({ name }) => name === claim.figure);
  const values = row.seeds.map((one, i) => ({
    seed: one.seed,
    row: figure(one)?.value ?? null,
    than: figure(than.seeds[i])?.value ?? null,
  }));
  const better = figure(row.seeds[0])?.better ?? figure(than.seeds[0])?.better ?? 'lower';
  const base = {
    claim,
    values,
    better,
    patients: row.seeds[0]?.patients ?? 0,
    generator: generatorOf(row),
  };
  const open = (why: string, met: boolean | null): ClaimResult => ({ ...base, outcome: null, why, gain: null, met });
  // Where all runs are done and nothing can be decided, an expectation is not met: a job would pass by itself.
  const unmet = claim.expect === null ? null : false;
  const unfinished = [row, than].flatMap(unfinishedText)[0];
  if (unfinished !== undefined) return open(unfinished, null);
  if ([...row.seeds, ...than.seeds].some(({ patients }) => patients < 2))
    return open('an interval by patient takes 2 patients at least', unmet);
  for (const side of [row, than]) {
    const unfit = unfitText(side, claim.figure);
    if (unfit !== undefined) return open(unfit, unmet);
  }
  // Left minus right is the gain: lower is better the other way round.
  const pairs = row.seeds.map((one, i) => {
    const mine = { row: row.row, run: one.run ?? '' };
    const other = { row: than.row, run: than.seeds[i]?.run ?? '' };
    return better === 'lower' ? { left: other, right: mine } : { left: mine, right: other };
  });
  const compared = await paired(pairs, claim.figure).catch((error: unknown) => {
    // Rows on different patients cannot be paired: that is said of the claim, and the table stands.
    if (error instanceof IchorError) return error;
    throw error;
  });
  if (compared instanceof IchorError) return open([compared.message, compared.hint].filter(Boolean).join(' '), unmet);
  const { difference: mean, low, high, draws, skipped, perPair } = compared;
  if (mean === null || low === null || high === null)
    return open(`${claim.figure} is not defined in any draw of patients`, unmet);
  const outcome = decide({ low, high }, claim.by);
  return {
    ...base,
    outcome,
    why: null,
    gain: { mean, low, high, draws, skipped, perSeed: perPair.map((value) => value ?? Number.NaN) },
    met: claim.expect === null ? null : claim.expect === outcome,
  };
}

/** Why a figure of a row decides nothing; undefined where it does. */
function unfitText({ row, seeds }: RowResult, name: string): string | undefined {
  for (const { seed, figures, patients } of seeds) {
    const own = figures?.find((one) => one.name === name);
    const where = `in row ${row.name}${seed === null ? '' : `, seed ${seed}`}`;
    if (!own || own.value === null) return `${name} is not defined ${where}`;
    if (!isShownAsNumber(own, patients))
      return `${name} rests on too few ${where}: ${patients} patients; it takes ${SMALLEST.patients}, and ${SMALLEST.positives} positives and ${SMALLEST.negatives} negatives`;
  }
  return undefined;
}

function unfinishedText({ row, seeds }: RowResult): string[] {
  const one = seeds.find(({ figures }) => figures === null);
  if (one === undefined) return [];
  const what =
    one.status === 'failed' ? `failed: ${one.error}` : one.status === 'done' ? 'measured nothing' : 'has not run';
  return [`row ${row.name}${one.seed === null ? '' : `, seed ${one.seed}`}, ${what}`];
}

/** The version of what generated the pictures is part of what a claim says. */
function generatorOf({ seeds }: RowResult): string {
  const components = Object.entries(seeds.find(({ record }) => record !== null)?.record?.components ?? {});
  const source = components.find(([name]) => name.startsWith('source '));
  return source === undefined ? 'not known' : `${source[0].slice('source '.length)}, version ${source[1]}`;
}

import { IchorError } from '../../errors.ts';
import type { Outcome } from '../../registry/table/claim-language.ts';
import { familyOf } from '../../registry/table/claim-reach.ts';
import type { TableClaim, TableRow } from '../../registry/table/table.ts';
import { crossedEffect } from '../../statistics/crossed.ts';
import { type Effect, isEffect, type NoEffect } from '../../statistics/effect.ts';
import { holm } from '../../statistics/holm.ts';
import { LEAST } from '../../statistics/limits.ts';
import { nestedEffect } from '../../statistics/nested.ts';
import { ALPHA, intervalOf, levelOf, smallestFound, type Tested, test } from '../../statistics/question.ts';
import type { PairedDifferences } from '../evaluate/paired.ts';
import { isShownAsNumber, SMALLEST } from '../evaluate/shown.ts';
import { betterByName } from './better-by-name.ts';
import type { RunsOfRow } from './opened-rows.ts';
import type { RowResult, TableResults } from './results.ts';
import { runName } from './run-name.ts';
import { runsOf, type SeedResult } from './seed-result.ts';

/** Left minus right of one figure over pairs of finished runs, of rows over folds those of one seed together. */
export type PairedRuns = (
  pairs: readonly { left: RunsOfRow; right: RunsOfRow }[],
  figure: string,
) => Promise<PairedDifferences>;

/** How much better `row` is than `than`, in the figure's unit: positive is better. */
export interface Gain {
  mean: number;
  standardError: number;
  df: number;
  /** Ends of the interval that decides, of `level`. */
  low: number;
  high: number;
  level: number;
  /** Of the test that decides: the smaller one of both ends. */
  p: number;
  /** Holm's, among the primary claims of the table; null of an exploratory one. */
  adjusted: number | null;
  /** The smallest gain (of a claim of equality: band) that would have been found in four of five repetitions. */
  smallest: number;
  /** Standard deviations of the difference: `patients`, `seeds` and `rest`, or `replicates`. */
  spread: Effect['spread'];
}

/** One pair of runs of a claim. */
export interface ClaimPair {
  seed: number | null;
  data: number | null;
  /** The figure of both rows; null where there is none. */
  row: number | null;
  than: number | null;
  /** How much better the row is. */
  gain: number | null;
}

export interface ClaimResult {
  claim: TableClaim;
  outcome: Outcome;
  /** Why it is undecided, where no interval says so: `2 of 5 seeds`. */
  why: string | null;
  /** Null where nothing can be reckoned. It may be there though nothing is decided: what was seen is shown. */
  gain: Gain | null;
  pairs: readonly ClaimPair[];
  better: 'lower' | 'higher';
  patients: number;
  /** What made the pictures: `phantom, version 3`. */
  generator: string;
  /** Whether the outcome is what the table expects; null without an expectation, or where a row has not finished. */
  met: boolean | null;
}

/** What is known of a claim before Holm's correction joins the primary ones. */
interface Weighed extends Omit<ClaimResult, 'outcome' | 'met'> {
  tested: Tested | null;
  /** Both rows have run. */
  finished: boolean;
}

/** Decides each claim by its design, the primary ones together. A row that has not finished leaves its claims undecided. */
export async function claimResults(results: TableResults, paired: PairedRuns): Promise<ClaimResult[]> {
  const weighed: Weighed[] = [];
  for (const claim of results.table.claims) weighed.push(await weigh(claim, results, paired));
  const primary = weighed.filter(({ claim }) => claim.primary);
  // One that cannot be tested is one of the family all the same: it was named before.
  const adjusted = holm(primary.map(({ tested }) => (tested === null ? 1 : Math.min(tested.holds, tested.fails))));
  return weighed.map((one) => decided(one, one.claim.primary ? (adjusted[primary.indexOf(one)] ?? 1) : null));
}

function decided({ tested, finished, ...one }: Weighed, adjusted: number | null): ClaimResult {
  const p = tested === null ? 1 : (adjusted ?? Math.min(tested.holds, tested.fails));
  const outcome =
    tested === null || one.why !== null || !(p < ALPHA) ? 'undecided' : tested.holds < tested.fails ? 'holds' : 'fails';
  const { expect } = one.claim;
  return {
    ...one,
    gain: one.gain && { ...one.gain, adjusted },
    outcome,
    met: expect === null || !finished ? null : expect === outcome,
  };
}

async function weigh(claim: TableClaim, results: TableResults, paired: PairedRuns): Promise<Weighed> {
  const { rows, partners } = results;
  const row = rows.find((one) => one.row.name === claim.row);
  const than =
    claim.partner === null
      ? rows.find((one) => one.row.name === claim.than)
      : partners.find((one) => one.row === claim.partner);
  if (!row || !than) throw new TypeError(`the claim ${claim.claim} names a row that is not there`);
  const figure = (seed: SeedResult | undefined) => seed?.figures?.find(({ name }) => name === claim.figure);
  const better = figure(row.seeds[0])?.better ?? figure(than.seeds[0])?.better ?? betterByName(claim.figure);
  const pairs = row.seeds.map((one, i): ClaimPair => {
    const [mine, other] = [figure(one)?.value ?? null, figure(than.seeds[i])?.value ?? null];
    const gain = mine === null || other === null ? null : better === 'lower' ? other - mine : mine - other;
    return { seed: one.seed, data: one.data, row: mine, than: other, gain };
  });
  const base = {
    claim,
    pairs,
    better,
    patients: Math.min(...row.seeds.map(({ patients }) => patients)),
    generator: generatorOf(row),
    finished: true,
    gain: null,
    tested: null,
    why: null,
  };
  const unfinished = [row, than].flatMap(unfinishedText)[0];
  if (unfinished !== undefined) return { ...base, why: unfinished, finished: false };
  if (base.patients < LEAST.patients)
    return { ...base, why: `one patient says nothing of another: it takes ${LEAST.patients}` };
  for (const side of [row, than]) {
    const unfit = unfitText(side, claim.figure);
    if (unfit !== undefined) return { ...base, why: unfit };
  }
  const asked = row.seeds.map((one, i) => {
    const mine = { row: row.row, runs: runsOf(one) };
    const otherSeed = than.seeds[i];
    const other = { row: than.row, runs: otherSeed === undefined ? [] : runsOf(otherSeed) };
    // Left minus right is the gain: lower is better the other way round.
    return better === 'lower' ? { left: other, right: mine } : { left: mine, right: other };
  });
  const compared = await paired(asked, claim.figure).catch((error: unknown) => {
    // Rows on different patients cannot be paired: that is said of the claim, and the table stands.
    if (error instanceof IchorError) return error;
    throw error;
  });
  if (compared instanceof IchorError)
    return { ...base, why: [compared.message, compared.hint].filter(Boolean).join(' ') };
  const effect = effectOf(claim, row, compared);
  const known = { ...base, pairs: pairs.map((pair, i) => ({ ...pair, gain: compared.pairs[i]?.value ?? null })) };
  const few = fewText(claim, row.row);
  if (!isEffect(effect)) return { ...known, why: few ?? effect.why };
  const { question } = claim;
  const tested = test(effect, question);
  const level = levelOf(question);
  const gain: Gain = {
    mean: effect.mean,
    standardError: effect.standardError,
    df: effect.df,
    ...intervalOf(effect, level),
    level,
    p: Math.min(tested.holds, tested.fails),
    adjusted: null,
    smallest: smallestFound(effect, question, familyOf(claim.primary, results.table.claims)),
    spread: effect.spread,
  };
  return { ...known, gain, tested, why: few };
}

/** `2 of 5 seeds`: too few to decide by; null where they are enough. */
function fewText({ design }: TableClaim, { seeds, dataSeeds }: TableRow): string | null {
  const [have, least, what] =
    design === 'nested' ? [dataSeeds.length, LEAST.replicates, 'data seeds'] : [seeds.length, LEAST.seeds, 'seeds'];
  return have < least ? `${have} of ${least} ${what}` : null;
}

/** By the claim's design; of a nested one the network seeds of a replicate are averaged first. */
function effectOf({ design, figure }: TableClaim, { seeds }: RowResult, found: PairedDifferences): Effect | NoEffect {
  const values: readonly (number | null)[] = found.pairs.map(({ value }) => value);
  if (!isKnown(values)) return { why: `${figure} is not defined in every run` };
  const mean = average(values);
  if (design === 'nested') {
    const data = [...new Set(seeds.map((one) => one.data))];
    return nestedEffect(data.map((one) => average(values.filter((_, i) => seeds[i]?.data === one))));
  }
  if (found.patients.length === 0)
    return { why: 'the seeds have validation patients of their own: that is no crossed design' };
  const pseudo: number[][] = [];
  for (const pair of found.pairs) {
    if (!isKnown(pair.pseudo)) return { why: `${figure} hangs on one patient: without that one it is not defined` };
    pseudo.push([...pair.pseudo]);
  }
  return crossedEffect(pseudo, mean);
}

const isKnown = (values: readonly (number | null)[]): values is readonly number[] =>
  values.every((value) => value !== null);
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Why a figure of a row decides nothing; undefined where it does. */
function unfitText({ row, seeds }: RowResult, name: string): string | undefined {
  for (const { seed, data, figures, patients } of seeds) {
    const own = figures?.find((one) => one.name === name);
    const where = `in row ${row.name}${seed === null ? '' : `, ${runName({ seed, data })}`}`;
    if (!own || own.value === null) return `${name} is not defined ${where}`;
    if (!isShownAsNumber(own, patients))
      return `${name} rests on too few ${where}: ${patients} patients; it takes ${SMALLEST.patients}, and ${SMALLEST.positives} positives and ${SMALLEST.negatives} negatives`;
  }
  return undefined;
}

function unfinishedText({ row, seeds }: RowResult): string[] {
  const one = seeds.find(({ figures }) => figures === null);
  if (one === undefined) return [];
  const open = one.folds.find(({ status }) => status !== 'done');
  const what =
    one.status === 'failed'
      ? `failed: ${one.error}`
      : one.status === 'done'
        ? 'measured nothing'
        : open === undefined
          ? 'has not run'
          : `is incomplete: fold ${open.fold} has not run`;
  return [`row ${row.name}${one.seed === null ? '' : `, ${runName(one)}`}, ${what}`];
}

/** The version of what generated the pictures is part of what a claim says. */
function generatorOf({ seeds }: RowResult): string {
  const components = Object.entries(seeds.find(({ record }) => record !== null)?.record?.components ?? {});
  const source = components.find(([name]) => name.startsWith('source '));
  return source === undefined ? 'not known' : `${source[0].slice('source '.length)}, version ${source[1]}`;
}

import { type Random, stream } from '../../../src/index.ts';
import { type Bleed, type BleedType, drawBleed } from './bleed.ts';
import type { Head } from './head.ts';
import type { PhantomParams } from './params.ts';
import { type Acquisition, heightAt } from './plane.ts';
import { DECK, type RosterEntry } from './roster.ts';
import type { Vector } from './vector.ts';

/** What comes with each primary type, and how often. */
const COMPANIONS: Record<BleedType, readonly (readonly [BleedType, number])[]> = {
  epidural: [
    ['subarachnoid', 0.25],
    ['subdural', 0.3],
  ],
  intraparenchymal: [
    ['intraventricular', 0.45],
    ['subarachnoid', 0.35],
  ],
  intraventricular: [
    ['intraparenchymal', 0.6],
    ['subarachnoid', 0.25],
  ],
  subarachnoid: [
    ['intraventricular', 0.25],
    ['subdural', 0.35],
    ['intraparenchymal', 0.45],
  ],
  subdural: [
    ['subarachnoid', 0.4],
    ['intraparenchymal', 0.4],
  ],
};

/**
 * The blood of a study. Mostly that of one head, which goes on over its slices. In a share of studies (`context`) each
 * slice is drawn by itself instead: as often, of the same types and forms, as the slice at its place in all studies, and
 * whatever the other slices show.
 */
export function bleedsOfStudy(
  seed: number,
  { set, study, type }: RosterEntry,
  head: Head,
  scan: Acquisition,
  params: PhantomParams,
): Bleed[] {
  const draw = (purpose: string, ...parts: number[]) => stream(seed, `phantom-${purpose}`, set, study, ...parts);
  if (draw('context').uniform() >= params.context)
    return Array.from({ length: scan.slices }, (_, k) => ofSlice(k, head, draw('slice-bleeds', k), params)).flat();
  const bleeds = type ? drawBleeds(type, head, draw('bleeds'), params) : [];
  return params.extent ? bleeds : bleeds.map((bleed) => ({ ...bleed, slice: middleSlice(scan, bleed) }));
}

/** What a study of its own, positive as often as studies are, has in this slice. */
function ofSlice(k: number, head: Head, random: Random, params: PhantomParams): Bleed[] {
  if (!random.chance(params.positives)) return [];
  const type = DECK[random.integer(DECK.length)]!;
  return drawBleeds(type, head, random, params).map((bleed) => ({ ...bleed, slice: k }));
}

function drawBleeds(type: BleedType, head: Head, random: Random, params: PhantomParams): Bleed[] {
  const bleeds = [drawBleed(type, head, random, params)];
  const height = middleOf(bleeds[0]!)[2];
  for (const [companion, chance] of COMPANIONS[type]) {
    const comes = random.chance(chance);
    const [first, ...others] = Array.from({ length: TRIED }, () =>
      drawBleed(companion, head, random, { ...params, scale: 0.8 }),
    );
    const away = (bleed: Bleed) => Math.abs(middleOf(bleed)[2] - height);
    if (comes) bleeds.push(others.reduce((best, bleed) => (away(bleed) < away(best) ? bleed : best), first!));
  }
  return bleeds;
}

/** Of so many places for a companion it is in the one nearest in height: blood of two types is mostly found together. */
const TRIED = 3;

/** Where blood in the ventricles is thought to lie: their bodies. */
const VENTRICLES: Vector = [0, 0, 15];

const middleOf = (bleed: Bleed): Vector => (bleed.form === 'ventricles' ? VENTRICLES : bleed.centre);

/** The slice whose plane is nearest to the middle of a bleed. */
function middleSlice(scan: Acquisition, bleed: Bleed): number {
  const [x, y, z] = middleOf(bleed);
  const away = Array.from({ length: scan.slices }, (_, k) => Math.abs(heightAt(scan, k, x, y) - z));
  return away.indexOf(Math.min(...away));
}

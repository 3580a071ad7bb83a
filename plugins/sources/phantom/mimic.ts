import type { Random } from '../../../src/index.ts';
import { type Bleed, drawBleed, onSkull } from './bleed.ts';
import type { Head } from './head.ts';
import type { MIMICS } from './params.ts';
import { type Acquisition, heightAt } from './plane.ts';
import type { Vector } from './vector.ts';

/** Looks like blood in one slice, is none, and is in no other slice. */
export interface Mimic {
  kind: (typeof MIMICS)[number];
  slice: number;
  shape: Bleed;
}

/** The form that each is taken for. */
const FORMS = {
  calcification: 'intraparenchymal',
  'beam-hardening': 'subdural',
  'partial-volume': 'epidural',
} as const;
/** From one to the next, so that two never look like one that goes on. */
const APART = 2;

/**
 * A binomial number of findings, `mean` of them in the mean wherever a series has room for so many, in slices where blood
 * is found too and never in neighbours.
 */
export function drawMimics(
  mean: number,
  scan: Acquisition,
  head: Head,
  random: Random,
  options: { bloodAtSkull: boolean; mimicKinds: readonly Mimic['kind'][] },
): Mimic[] {
  const places = placesIn(scan, head);
  const room = roomFor(places.length);
  const wanted = Array.from({ length: room }, () => random.chance(mean / room)).filter(Boolean).length;
  return spread(wanted, places, random).map((slice) => {
    const kind = options.mimicKinds[random.integer(options.mimicKinds.length)]!;
    const drawn = drawBleed(FORMS[kind], head, random, { ...options, scale: random.between(0.55, 0.95) });
    return { kind, slice, shape: inSlice(drawn, scan, slice, head) };
  });
}

/** How many mimics a series has room for. */
export const mimicRoom = (scan: Acquisition, head: Head): number => roomFor(placesIn(scan, head).length);

const roomFor = (places: number): number => Math.ceil(places / APART);

/** Slices, one after the other, at heights where blood is found. */
const placesIn = (scan: Acquisition, head: Head): number[] =>
  Array.from({ length: scan.slices }, (_, k) => k).filter((k) => {
    const height = middleHeight(scan, k);
    return height >= -12 && height <= head.half.up * 0.7;
  });

/** Draws some of the places, all sets of them that are far enough apart equally often, in order. */
function spread(count: number, places: readonly number[], random: Random): number[] {
  // Without the places that each but the last keeps free behind it, any set will do.
  const free = places.length - (count - 1) * (APART - 1);
  const drawn = random.shuffle(Array.from({ length: free }, (_, i) => i)).slice(0, count);
  return drawn.sort((a, b) => a - b).map((place, i) => places[place + i * (APART - 1)]!);
}

/** Height of the slice at the middle of the head, mm. */
function middleHeight(scan: Acquisition, slice: number): number {
  return heightAt(scan, slice, 0, 0);
}

/** Moves a shape up or down until its middle lies in the slice. */
function inSlice(shape: Bleed, scan: Acquisition, slice: number, head: Head): Bleed {
  if (shape.form === 'ventricles') return shape;
  const [x, y] = shape.centre;
  const height = heightAt(scan, slice, x, y);
  if (shape.form === 'lens' || shape.form === 'crescent') {
    const azimuth = (Math.atan2(x / head.half.x, -y / head.half.y) * 180) / Math.PI;
    return { ...shape, centre: onSkull(head, azimuth, height) };
  }
  // Keep it under the bone where the head is narrow.
  const shrink = Math.sqrt(Math.max(0.05, 1 - (height / head.half.up) ** 2));
  const centre: Vector = [x * shrink, y * shrink, height];
  return { ...shape, centre };
}

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
/** A binomial number of them: this many tries. */
const TRIES = 10;

/** `mean` findings a study, at least three slices apart, so that two never look like one that goes on. */
export function drawMimics(
  mean: number,
  scan: Acquisition,
  head: Head,
  random: Random,
  options: { bloodAtSkull: boolean; mimicKinds: readonly Mimic['kind'][] },
): Mimic[] {
  const wanted = Array.from({ length: TRIES }, () => random.chance(mean / TRIES)).filter(Boolean).length;
  const found: Mimic[] = [];
  for (const slice of random.shuffle(Array.from({ length: scan.slices }, (_, k) => k))) {
    if (found.length === wanted) break;
    const height = middleHeight(scan, slice);
    if (height < -12 || height > head.half.up * 0.7) continue;
    if (found.some((other) => Math.abs(other.slice - slice) < 3)) continue;
    const kind = options.mimicKinds[random.integer(options.mimicKinds.length)]!;
    const drawn = drawBleed(FORMS[kind], head, random, { ...options, scale: random.between(0.55, 0.95) });
    found.push({ kind, slice, shape: inSlice(drawn, scan, slice, head) });
  }
  return found.sort((a, b) => a.slice - b.slice);
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

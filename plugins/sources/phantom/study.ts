import { type Random, stream } from '../../../src/index.ts';
import { type Bleed, type BleedType, drawBleed } from './bleed.ts';
import { type Ellipsoid, ellipsoid } from './ellipsoid.ts';
import { drawHead, type Head } from './head.ts';
import { phantomId } from './identity.ts';
import { drawMimics, type Mimic } from './mimic.ts';
import type { PhantomParams } from './params.ts';
import { type Acquisition, heightAt } from './plane.ts';
import type { RosterEntry } from './roster.ts';
import { drawFormat, drawScan, type PixelFormat } from './scan.ts';
import type { Vector } from './vector.ts';

/** All that is drawn of a study before its slices are painted. */
export interface Study extends RosterEntry {
  ids: { patient: string; study: string; series: string; slices: readonly string[] };
  head: Head;
  /** The head's ventricles, pushed aside by large bleeds. */
  ventricles: readonly Ellipsoid[];
  scan: Acquisition;
  format: PixelFormat;
  /** Standard deviation in the middle of the brain, HU. */
  noise: number;
  bleeds: readonly Bleed[];
  mimics: readonly Mimic[];
}

/** What comes with each primary type, and how often. */
const COMPANIONS: Record<BleedType, readonly (readonly [BleedType, number])[]> = {
  epidural: [
    ['subarachnoid', 0.2],
    ['subdural', 0.15],
  ],
  intraparenchymal: [
    ['intraventricular', 0.35],
    ['subarachnoid', 0.2],
  ],
  intraventricular: [
    ['intraparenchymal', 0.3],
    ['subarachnoid', 0.15],
  ],
  subarachnoid: [
    ['intraventricular', 0.2],
    ['subdural', 0.15],
    ['intraparenchymal', 0.15],
  ],
  subdural: [
    ['subarachnoid', 0.3],
    ['intraparenchymal', 0.15],
  ],
};

/** A study depends on the seed, its set and its number only, not on how many are asked for. */
export function drawStudy(seed: number, entry: RosterEntry, params: PhantomParams): Study {
  const { set, study, patient, type } = entry;
  const draw = (purpose: string, ...parts: (string | number)[]) => stream(seed, `phantom-${purpose}`, set, ...parts);
  const head = drawHead(draw('head', patient), { thickened: params.bloodAtSkull ? params.thickenedSkulls : 0 });
  const random = draw('scan', study);
  const format = drawFormat(random.chance(params.twelveBit), random);
  const scan = drawScan(random, head, { ...params, tilted: random.chance(params.tilt) });
  const noise = params.noise * random.between(0.8, 1.25);
  const drawn = type ? drawBleeds(type, head, draw('bleeds', study), params) : [];
  const bleeds = params.extent ? drawn : drawn.map((bleed) => ({ ...bleed, slice: middleSlice(scan, bleed) }));
  const id = (digits: number, ...parts: (string | number)[]) => phantomId(seed, digits, set, ...parts);
  return {
    ...entry,
    ids: {
      patient: id(8, 'patient', patient),
      study: id(10, 'study', study),
      series: id(10, 'series', study),
      slices: Array.from({ length: scan.slices }, (_, k) => id(9, 'slice', study, k)),
    },
    head,
    ventricles: pushed(head.ventricles, bleeds),
    scan,
    format,
    noise,
    bleeds,
    mimics: drawMimics(params.singleSliceMimics, scan, head, draw('mimics', study), params),
  };
}

function drawBleeds(type: BleedType, head: Head, random: Random, params: PhantomParams): Bleed[] {
  const bleeds = [drawBleed(type, head, random, params)];
  for (const [companion, chance] of COMPANIONS[type]) {
    const comes = random.chance(chance);
    const bleed = drawBleed(companion, head, random, { ...params, scale: 0.8 });
    if (comes) bleeds.push(bleed);
  }
  return bleeds;
}

/** Where blood in the ventricles is thought to lie: their bodies. */
const VENTRICLES: Vector = [0, 0, 15];

/** The slice whose plane is nearest to the middle of a bleed. */
function middleSlice(scan: Acquisition, bleed: Bleed): number {
  const [x, y, z] = bleed.form === 'ventricles' ? VENTRICLES : bleed.centre;
  const away = Array.from({ length: scan.slices }, (_, k) => Math.abs(heightAt(scan, k, x, y) - z));
  return away.indexOf(Math.min(...away));
}

/** Mass effect: ventricles move away from large bleeds, those beside them are pressed flat. */
function pushed(ventricles: readonly Ellipsoid[], bleeds: readonly Bleed[]): Ellipsoid[] {
  let shift = 0;
  for (const bleed of bleeds) {
    if (!('centre' in bleed) || bleed.form === 'folds' || bleed.form === 'falx') continue;
    const bulk =
      bleed.form === 'blob' ? Math.max(0, bleed.radii[0] - 9) * 0.5 : Math.max(0, bleed.thickness - 6) * 0.55;
    shift -= Math.sign(bleed.centre[0]) * bulk;
  }
  return ventricles.map(({ centre, radii, turn }) => {
    const pressed = centre[0] * shift < 0 ? Math.max(0.55, 1 - Math.abs(shift) * 0.06) : 1;
    return ellipsoid([centre[0] + shift, centre[1], centre[2]], [radii[0] * pressed, radii[1], radii[2]], turn);
  });
}

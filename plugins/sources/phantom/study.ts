import { stream } from '../../../src/index.ts';
import type { Bleed } from './bleed.ts';
import type { Ellipsoid } from './ellipsoid.ts';
import { drawHead, type Head } from './head.ts';
import { phantomId } from './identity.ts';
import { ventriclesOf } from './mass-effect.ts';
import { drawMimics, type Mimic } from './mimic.ts';
import type { PhantomParams } from './params.ts';
import type { Acquisition } from './plane.ts';
import type { RosterEntry } from './roster.ts';
import { drawFormat, drawScan, type PixelFormat } from './scan.ts';
import { bleedsOfStudy } from './study-bleeds.ts';

/** All that is drawn of a study before its slices are painted. */
export interface Study extends RosterEntry {
  ids: { patient: string; study: string; series: string; slices: readonly string[] };
  head: Head;
  /** The head's ventricles as each slice shows them: with mass effect pushed aside by large bleeds. */
  ventricles: readonly (readonly Ellipsoid[])[];
  scan: Acquisition;
  format: PixelFormat;
  /** Standard deviation in the middle of the brain, HU. */
  noise: number;
  bleeds: readonly Bleed[];
  mimics: readonly Mimic[];
}

/** A study depends on the seed, its set and its number only, not on how many are asked for. */
export function drawStudy(seed: number, entry: RosterEntry, params: PhantomParams): Study {
  const { set, study, patient } = entry;
  const draw = (purpose: string, ...parts: (string | number)[]) => stream(seed, `phantom-${purpose}`, set, ...parts);
  const head = drawHead(draw('head', patient), { thickened: params.bloodAtSkull ? params.thickenedSkulls : 0 });
  const random = draw('scan', study);
  const format = drawFormat(random.chance(params.twelveBit), random);
  const scan = drawScan(random, head, { ...params, tilted: random.chance(params.tilt) });
  const noise = params.noise * random.between(0.8, 1.25);
  const bleeds = bleedsOfStudy(seed, entry, head, scan, params);
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
    ventricles: ventriclesOf(head.ventricles, params.massEffect ? bleeds : [], scan.slices),
    scan,
    format,
    noise,
    bleeds,
    mimics: drawMimics(params.singleSliceMimics, scan, head, draw('mimics', study), params),
  };
}

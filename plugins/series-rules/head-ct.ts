import { defineSeriesRule, type SeriesFacts, type SeriesVerdict, Type } from '../../src/index.ts';

/** Degrees between normal and z up to which gantries tilt. What lies between this and the limit is an oblique reformat, probably. */
const TILT = 30;
/** Fewer slices, or less of a head, are a block of one, or a few slices of an interventional scan. */
const FEW = 8;
/** A head is 130 to 180 mm tall; with its neck and chest more. */
const TALL = 300;
/** Thicker slices leave out what lies in one of them. */
const THICK = 12;

/** Points off a series, in the order of what they cost a reader of heads. */
const COST = {
  unordered: 40,
  single: 14,
  otherPart: 12,
  lungKernel: 9,
  partly: 8,
  map: 8,
  phase: 7,
  boneKernel: 6,
  projection: 6,
  contrast: 5,
  angiography: 5,
  oblique: 4,
  tall: 3,
  thin: 3,
  beside: 3,
  virtual: 2,
  small: 2,
  sharpKernel: 1.5,
  thick: 1.5,
  derived: 1,
  hole: 1,
  unknown: 0.25,
} as const;

interface Params {
  mostTiltDegrees: number;
  smallestPixels: number;
  thinnestMm: number;
  usualSpacingMm: number;
  leastCoverageMm: number;
}

/**
 * The series of a study that looks most like the heads of RSNA's data: axial, whole, of a soft kernel, without contrast, about
 * 5 mm apart. Only what is certain is excluded; what headers leave out costs next to nothing.
 */
export default defineSeriesRule({
  name: 'head-ct',
  version: 1,
  summary:
    'The axial series that looks most like a plain head: whole, of a soft kernel, without contrast, about 5 mm apart.',
  params: Type.Object({
    mostTiltDegrees: Type.Number({
      default: 45,
      minimum: 30,
      maximum: 90,
      unit: 'degrees',
      description: 'A series whose slice normal is further from the z axis is excluded: coronal, sagittal.',
    }),
    smallestPixels: Type.Integer({
      default: 64,
      minimum: 1,
      maximum: 512,
      unit: 'pixels',
      description: 'Smaller pictures are thumbnails: excluded, unless a study has nothing else.',
    }),
    thinnestMm: Type.Number({
      default: 2.5,
      minimum: 0,
      maximum: 10,
      unit: 'mm',
      description: 'Closer slices come after others: networks learned from about 5 mm.',
    }),
    usualSpacingMm: Type.Number({
      default: 5,
      minimum: 0.5,
      maximum: 10,
      unit: 'mm',
      description: 'Of several spacings the nearest to this one is preferred.',
    }),
    leastCoverageMm: Type.Number({
      default: 80,
      minimum: 0,
      maximum: 200,
      unit: 'mm',
      description: 'What covers less is a part of a head, and doubtful.',
    }),
  }),
  contract: () => ({}),
  judge(study, params) {
    const excluded = study.map((facts) => exclusion(facts, params));
    const large = study.some((facts, i) => excluded[i] === null && !isSmall(facts, params));
    return study.map((facts, i): SeriesVerdict => {
      const why =
        excluded[i] ?? (large && isSmall(facts, params) ? `pictures of ${facts.columns} × ${facts.rows} pixels` : null);
      return why === null || why === undefined ? verdict(facts, params) : { exclude: why };
    });
  },
});

const isSmall = ({ rows, columns }: SeriesFacts, { smallestPixels }: Params): boolean =>
  Math.max(rows, columns) < smallestPixels;

/** Why it is certainly no stack of axial slices; null where nobody can be certain. */
function exclusion({ imageType, tiltDegrees, plane, map }: SeriesFacts, { mostTiltDegrees }: Params): string | null {
  if (imageType.includes('LOCALIZER')) return 'localiser';
  if (tiltDegrees !== null && tiltDegrees > mostTiltDegrees)
    return plane === 'axial' ? 'oblique' : (plane ?? 'not axial');
  return map;
}

function verdict(facts: SeriesFacts, params: Params): SeriesVerdict {
  let cost = 0;
  const doubts: string[] = [];
  /** What costs points is a doubt where it has words. */
  const add = (points: number, doubt?: string) => {
    cost += points;
    if (doubt !== undefined) doubts.push(doubt);
  };
  const says = (word: string) => facts.claims.includes(word);
  stack(facts, params, add);
  if (facts.kernel === 'bone' || (facts.kernel === null && says('bone'))) add(COST.boneKernel, 'bone kernel');
  else if (facts.kernel === 'lung' || (facts.kernel === null && says('lung'))) add(COST.lungKernel, 'lung kernel');
  else if (facts.kernel === 'sharp') add(COST.sharpKernel);
  // A description that says bone beside a kernel that is not: windows are named so as well.
  else if (says('bone')) add(COST.unknown);
  // Angiographies are made with an agent, whether or not it is named.
  if (says('angiography') && facts.contrast !== 'none') add(COST.angiography + COST.contrast, 'contrast');
  else if (facts.contrast === 'given') add(COST.contrast, 'contrast');
  if (says('perfusion') && facts.contrast !== 'none') add(COST.phase, 'perfusion');
  else if (facts.phases > 1) add(facts.phases > 2 ? COST.phase : 0, `one of ${facts.phases} scans of the same places`);
  // The first of several is the one before the agent came.
  add(0.1 * (facts.phase - 1));
  if (facts.part !== null && facts.part !== 'head') add(COST.otherPart, facts.part);
  else if (facts.part === null) add(COST.unknown);
  if (['neck', 'face'].some(says)) add(COST.beside);
  if (facts.modality !== null && facts.modality !== 'CT') add(COST.unknown);
  const { imageType } = facts;
  if (
    ['MIP', 'MINIP', 'MAX_IP', 'MIN_IP', 'PROJECTION IMAGE'].some((value) => imageType.includes(value)) ||
    says('projection')
  )
    add(COST.projection, 'projection');
  if (says('virtual')) add(COST.virtual, 'virtual energy');
  if (imageType.includes('DERIVED')) add(COST.derived, 'derived');
  if (facts.holes > 0) add(COST.hole * Math.min(3, facts.holes), 'holes');
  if (isSmall(facts, params)) add(COST.small, `pictures of ${facts.columns} × ${facts.rows} pixels`);
  return { score: -cost, doubts };
}

/** What it is as a stack: whether it is one, how much of a head, how far apart, how tilted. */
function stack(facts: SeriesFacts, params: Params, add: (points: number, doubt?: string) => void): void {
  const { places, ordered, coverageMm, spacingMm, tiltDegrees, plane } = facts;
  const spacing = spacingMm ?? facts.thicknessMm;
  if (places < 2) add(COST.single, 'single slice');
  else if (!ordered) add(COST.unordered, 'no order');
  else if (coverageMm === null) {
    if (places < FEW) add(COST.partly, 'few slices');
  } else {
    // A slice is as thick as its distance, so that the first and the last stand for half of it each.
    const whole = coverageMm + (spacing ?? 0);
    const { leastCoverageMm } = params;
    if (whole < leastCoverageMm)
      add(COST.partly * (1.25 - whole / leastCoverageMm), `part of a head (${Math.round(whole)} mm)`);
    else if (whole > TALL) add(COST.tall, `${Math.round(whole)} mm tall`);
  }
  if (plane === null) add(COST.unknown);
  if (tiltDegrees !== null && tiltDegrees > TILT) add(COST.oblique, `tilted by ${Math.round(tiltDegrees)} degrees`);
  if (spacing === null || !(spacing > 0)) {
    add(COST.unknown);
    return;
  }
  // The run itself says of thin slices that networks learned from thicker ones.
  if (places > 1 && spacing < params.thinnestMm) add(COST.thin);
  else if (spacing > THICK) add(COST.thick, `${Number(spacing.toPrecision(2))} mm apart`);
  add(0.5 * Math.min(3, Math.abs(Math.log2(spacing / params.usualSpacingMm))));
}

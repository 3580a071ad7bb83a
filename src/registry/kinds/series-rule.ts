import type { TObject } from 'typebox';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';

/**
 * What headers say of one series of a study, as plain values. No text of a file is among them: words come from lists that
 * are known, so that a rule can tell nothing of a private source. What a header does not say is null: it excludes nothing.
 */
export interface SeriesFacts {
  /** Its id, a keyed hash where identities are private. Tells series apart, and says nothing. */
  series: string;
  /** The modality as the standard writes it (`CT`); null where no header names one. */
  modality: string | null;
  /** Files of it that can be read. */
  slices: number;
  /** Different places along the normal; `slices` where nothing orders them. */
  places: number;
  /** Whether positions or numbers put its slices in order. */
  ordered: boolean;
  /** Pixels of the largest of its pictures, and their longer side in mm. */
  rows: number;
  columns: number;
  widthMm: number | null;
  /** By the largest part of the slice normal; null where no header states an orientation. */
  plane: 'axial' | 'coronal' | 'sagittal' | null;
  /** Degrees between the normal of its slices and the z axis, 0 to 90. */
  tiltDegrees: number | null;
  /** From the first to the last slice, along the normal. */
  coverageMm: number | null;
  /** The median distance of neighbouring slices. */
  spacingMm: number | null;
  /** Slice Thickness (0018,0050). */
  thicknessMm: number | null;
  /** Gaps of more than 1.5 of the spacings beside them. */
  holes: number;
  /** What Convolution Kernel (0018,1210) is for, where it is one that is known. */
  kernel: 'soft' | 'sharp' | 'bone' | 'lung' | null;
  /** Contrast: `given` where Contrast/Bolus Agent (0018,0010) or a description names it; `none` where a description says so, whatever the agent. */
  contrast: 'given' | 'none' | null;
  /** `head`, or the part that body part and descriptions name in its place: `chest`. */
  part: string | null;
  /** Values of Image Type (0008,0008) that are known, in capitals: `ORIGINAL`, `PRIMARY`, `AXIAL`. */
  imageType: readonly string[];
  /** Known words of series description and protocol: `thin`, `angiography`, `perfusion`, `neck`, `bone`. */
  claims: readonly string[];
  /** What it is in the place of slices of HU: `a map of perfusion`, `a dose report`. Of derived pictures only. */
  map: string | null;
  /** Its number among the series that one series with repeated positions was split into, from 1, and of how many. 1 of 1: none. */
  phase: number;
  phases: number;
}

/** What a rule says of one series. */
export type SeriesVerdict =
  | {
      /** It is certainly no stack of axial slices: `localiser`. A few words, shown behind `excluded:`. */
      exclude: string;
    }
  | {
      /** Higher is better; finite. The best of a study is chosen, of equals the one with more slices. */
      score: number;
      /** What speaks against it, each a few words: shown as `doubtful: bone kernel` wherever its predictions are. */
      doubts: readonly string[];
    };

/** Which series of a study is the head: see `defineSeriesRule`. */
export interface SeriesRule<P extends TObject = TObject> extends Base<P> {
  kind: 'series-rule';
  contract(params: Params<P>): Readonly<Record<string, never>>;
  /**
   * A verdict for each series of one study of one patient, in their order. Depends on the arguments alone, and on no order
   * of them. Exclude only what is certain: headers lie, and where nothing of a study remains nothing of it is predicted.
   */
  judge(study: readonly SeriesFacts[], params: Params<P>): readonly SeriesVerdict[];
}

/**
 * Defines a series rule: which series of a study is the head that is predicted. It sees plain facts of each, and gives each
 * a score and doubts, or excludes it. `data.series.rule` of a recipe names it.
 *
 * @example
 * ```ts
 * import { defineSeriesRule, Type } from 'ichor';
 *
 * export default defineSeriesRule({
 *   name: 'acme/most-slices',
 *   version: 1,
 *   summary: 'The axial series with the most slices, thin or not.',
 *   params: Type.Object({
 *     mostTiltDegrees: Type.Number({ default: 45, minimum: 0, maximum: 90, unit: 'degrees', description: 'Still axial.' }),
 *   }),
 *   contract: () => ({}),
 *   judge: (study, { mostTiltDegrees }) =>
 *     study.map(({ imageType, tiltDegrees, places, kernel }) => {
 *       if (imageType.includes('LOCALIZER')) return { exclude: 'localiser' };
 *       // Null is not known, and excludes nothing.
 *       if (tiltDegrees !== null && tiltDegrees > mostTiltDegrees) return { exclude: 'not axial' };
 *       return { score: places, doubts: kernel === 'bone' ? ['bone kernel'] : [] };
 *     }),
 * });
 * ```
 */
export const defineSeriesRule = <P extends TObject>(c: Written<SeriesRule<P>>) =>
  definer('series-rule')(c) as SeriesRule<P>;

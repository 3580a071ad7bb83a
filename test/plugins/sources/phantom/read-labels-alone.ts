import { labelsOfStudy } from '../../../../plugins/sources/phantom/blood.ts';
import { newCanvas } from '../../../../plugins/sources/phantom/canvas.ts';
import type { Mimic } from '../../../../plugins/sources/phantom/mimic.ts';
import type { PhantomParams } from '../../../../plugins/sources/phantom/params.ts';
import { drawRoster } from '../../../../plugins/sources/phantom/roster.ts';
import { drawStudy } from '../../../../plugins/sources/phantom/study.ts';
import { LABELS, type Label, type SliceLabels } from '../../../../src/labels.ts';
import { fitLogistic, logLoss, probability } from './logistic.ts';

/** What each slice of a series looks like, and what is true of it. */
export interface Seen {
  truth: readonly SliceLabels[];
  looks: readonly SliceLabels[];
}

const TAKEN_FOR: Record<Mimic['kind'], Label> = {
  calcification: 'intraparenchymal',
  'beam-hardening': 'subdural',
  'partial-volume': 'epidural',
};

/** Series of many heads, labels only: no picture is painted. A mimic looks like the type that it is taken for. */
export function drawSeen(params: PhantomParams, seed: number): Seen[] {
  const canvas = newCanvas(params.size);
  return drawRoster(seed, 'train', params.studies, params).map((entry) => {
    const study = drawStudy(seed, entry, params);
    const truth = labelsOfStudy(canvas, study);
    const looks = truth.map((labels, k) => {
      const mimics = study.mimics.filter(({ slice }) => slice === k).map(({ kind }) => TAKEN_FOR[kind]);
      return {
        ...labels,
        ...Object.fromEntries(mimics.map((type) => [type, 1])),
        any: mimics.length > 0 ? 1 : labels.any,
      };
    });
    return { truth, looks: looks as SliceLabels[] };
  });
}

const BINS = 12;

/** Where a slice lies in its series: which of twelve parts, and how far through it. */
function place(k: number, slices: number): number[] {
  const at = Math.min(BINS - 1e-9, (k / (slices - 1)) * BINS);
  const bin = Math.floor(at);
  return Array.from({ length: BINS + 1 }, (_, i) => (i === bin ? 1 - (at - bin) : i === bin + 1 ? at - bin : 0));
}

/** What the other slices show: any blood and blood of this type in the four next to it, and in all the others. */
function others(looks: readonly SliceLabels[], k: number, label: Label): number[] {
  const of = (name: Label) => [-2, -1, 1, 2].map((step) => looks[k + step]?.[name] ?? 0);
  const rest = (name: Label) => looks.reduce((sum, one, i) => sum + (i === k ? 0 : one[name]), 0);
  const share = (name: Label) => rest(name) / (looks.length - 1);
  const two = (name: Label) => (rest(name) > 0 ? 1 : 0);
  const names: readonly Label[] = label === 'any' ? ['any'] : ['any', label];
  return names.flatMap((name) => [...of(name), share(name), two(name)]);
}

const own = (looks: SliceLabels): number[] => LABELS.map((label) => looks[label]);

export interface Gain {
  /** Mean log loss over the six labels, held out, without the other slices and with them. */
  without: number;
  gain: number;
  /** By series. */
  standardError: number;
}

/**
 * By how much a logistic model of a slice's labels is better, on series that it has not seen, where it knows the other
 * slices too. Either model knows the place; with `looking` also what the slice looks like.
 */
export function contextGain(series: readonly Seen[], { looking }: { looking: boolean }): Gain {
  const half = series.length >> 1;
  const [fit, held] = [series.slice(0, half), series.slice(half)];
  const rows = (of: readonly Seen[], label: Label, context: boolean) =>
    of.map(({ truth, looks }) => ({
      rows: truth.map((_, k) => [
        ...place(k, truth.length),
        ...(looking ? own(looks[k]!) : []),
        ...(context ? others(looks, k, label) : []),
      ]),
      truths: truth.map((one): number => one[label]),
    }));
  const gains = held.map(() => 0);
  let without = 0;
  const slices = held.reduce((sum, { truth }) => sum + truth.length, 0);
  for (const label of LABELS) {
    const [alone, inContext] = [false, true].map((context) => {
      const known = rows(fit, label, context);
      const weights = fitLogistic(
        known.flatMap((one) => one.rows),
        known.flatMap((one) => one.truths),
      );
      return rows(held, label, context).map((one) =>
        one.rows.reduce((sum, row, k) => sum + logLoss(one.truths[k]!, probability(row, weights)), 0),
      );
    }) as [number[], number[]];
    alone.forEach((loss, i) => {
      gains[i]! += (loss - inContext[i]!) / LABELS.length;
      without += loss / LABELS.length / slices;
    });
  }
  const gain = gains.reduce((sum, one) => sum + one, 0) / slices;
  const mean = slices / held.length;
  const variance =
    gains.reduce((sum, one, i) => sum + (one - gain * held[i]!.truth.length) ** 2, 0) / (held.length - 1);
  return { without, gain, standardError: Math.sqrt(variance / held.length) / mean };
}

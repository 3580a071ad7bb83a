import { IchorError } from '../../errors.ts';
import { type TrainBlock, type TrainedStage, trainKey } from '../../registry/recipe.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { updates, updatesPerPass } from './order.ts';

/** So many of a batch's slices or series are named. */
const NAMED = 4;

/** What a training is of, in an error. */
export const TITLES: Readonly<Record<TrainedStage, string>> = {
  backbone: 'the backbone',
  sequence: 'the sequence',
  'end-to-end': 'both networks end to end',
};

/** Where a training stood when something of it was no number. */
export interface DivergedAt {
  stage: TrainedStage;
  block: TrainBlock;
  /** Items that it learns from. */
  items: number;
  /** The pass over the data, from 0, and the update, from 1. */
  epoch: number;
  update: number;
  learningRate: number;
  /** Rows of the index that the update saw; empty: none is to blame more than others. */
  rows: readonly number[];
  index: readonly SliceRow[];
  /** The update of the last checkpoint; null: there is none. */
  kept: number | null;
}

/**
 * IchorError `training-diverged`: where, with which batch, and what is kept.
 * @param what is no number: `the loss is NaN`.
 */
export function diverged(what: string, at: DivergedAt): IchorError {
  const { stage, block, items, epoch, update, learningRate, kept } = at;
  const { learningRate: stated, clipNorm } = block.optimizer;
  const clipping = clipNorm === null ? 'clipNorm is off: set it, say to 10' : `or lower clipNorm (${clipNorm})`;
  const where = `epoch ${epoch + 1}, step ${update - epoch * updatesPerPass(items, block)} (update ${update} of ${updates(items, block)}, learning rate ${Number(learningRate.toPrecision(3))})`;
  const checkpoint =
    kept === null ? 'There is no checkpoint before it.' : `The checkpoint of update ${kept}, before it, is kept.`;
  return new IchorError(
    'training-diverged',
    `Training of ${TITLES[stage]} diverged: ${what} in ${where}.${batchText(at)}`,
    `Lower train.${trainKey(stage)}.optimizer.learningRate (${stated}); ${clipping}${at.rows.length > 0 ? '; or look at what the batch holds' : ''}. ${checkpoint}`,
  );
}

/** ` Its batch: s1, s2, and 30 more.`: slices of a backbone, else series, as the index calls them. */
function batchText({ stage, rows, index }: Pick<DivergedAt, 'stage' | 'rows' | 'index'>): string {
  const unit = stage === 'backbone' ? 'slice' : 'series';
  const names = [...new Set(rows.flatMap((row) => index[row]?.[unit] ?? []))];
  if (names.length === 0) return '';
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  const units = names.length === 1 || unit === 'series' ? unit : 'slices';
  return ` Its batch holds ${names.length} ${units}: ${names.slice(0, NAMED).join(', ')}${more}.`;
}

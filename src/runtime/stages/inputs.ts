import { IchorError } from '../../errors.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { TrainedStage } from '../../registry/recipe.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { LedgerNote, LedgerPart } from '../ledger.ts';
import type { StageContext } from '../stage.ts';
import type { StageName } from '../stage-names.ts';

/** The folder of an artifact that the plan gives to this stage. */
export function inputFolder({ inputs }: Pick<StageContext, 'inputs'>, id: string): string {
  const artifact = inputs.get(id);
  if (!artifact) throw new TypeError(`the plan gives this stage no ${id}`);
  return artifact.folder;
}

/** The split that says what the sequence model trains on: its own, or the shared one. */
export const sequenceSplit = ({ inputs }: Pick<StageContext, 'inputs'>): string =>
  inputs.has('split:sequence') ? 'split:sequence' : 'split';

/** Rows of the index with labels on this side. */
export const labelledOn = (index: readonly SliceRow[], sides: readonly Side[], side: Side): number[] =>
  index.flatMap(({ labels }, row) => (labels && sides[row] === side ? [row] : []));

export const noLabelledSlices = (stage: TrainedStage, why: string, minBrainFraction: number | null = null) =>
  new IchorError(
    'no-labelled-slices',
    `${stage === 'end-to-end' ? 'Both networks as one' : `The ${stage}`} cannot be trained: ${why}.`,
    `${minBrainFraction === null ? '' : 'Lower data.minBrainFraction, or write null. '}Check the labels file, data.limit and data.split; \`ichor runs ledger\` names what index and shards left out.`,
    2,
  );

/** How an instance of a stage is named in the ledger. */
export const ledgerName = (stage: StageName, instance: string): string =>
  instance === '' ? stage : `${stage}:${instance}`;

/** Training leaves nothing out by itself: what it does not see, index, shards or split have named. */
export const trainingLedger = (stage: string, notes: LedgerNote[]): LedgerPart => ({ stage, leftOut: [], notes });

/** Says notes of a stage while it runs, each once: before hours of training rather than after them. They stand in its ledger too. */
export function teller({ emit }: Pick<StageContext, 'emit'>, stage: string): (...notes: (LedgerNote | null)[]) => void {
  const told = new Set<string>();
  return (...notes) => {
    for (const note of notes) {
      if (note === null || told.has(note.reason)) continue;
      told.add(note.reason);
      const { reason: code, message, hint, kind } = note;
      const more = hint === undefined ? {} : { hint };
      // The run's start has said it, and it stands in the ledger.
      if (kind === 'information') continue;
      emit({ type: 'note', stage, level: 'warning', code, message, ...more, inLedger: true });
    }
  };
}

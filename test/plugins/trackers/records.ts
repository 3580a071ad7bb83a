import type { TrackBegin, TrackContext, TrackRecord } from '../../../src/index.ts';

/** A run of two epochs, as the runtime tells of it. */
export const begun = (change: Partial<TrackBegin> = {}): TrackBegin => ({
  type: 'begin',
  time: 1_700_000_000_000,
  run: 'small-1',
  recipe: 'small',
  recipeHash: 'ab'.repeat(32),
  marks: ['SYNTHETIC', 'SMOKE'],
  seed: 3,
  dataSeed: 4,
  params: { 'backbone.type': 'small-cnn', 'train.backbone.batch': 32, 'data.limit': null, smoke: false },
  recipeText: 'recipe: 1\nname: small\n',
  parent: null,
  versions: { ichor: '0.2.0', yaml: '2.9.1' },
  engine: { kind: 'native', version: '2.18.0' },
  resumes: null,
  ...change,
});

export const scalars = (step: number, values: Record<string, number> = { train_loss: 1 / step }): TrackRecord => ({
  type: 'scalars',
  time: 1_700_000_000_000 + step * 1000,
  stage: 'backbone:fold-2',
  step,
  epoch: step / 10,
  values,
});

export const figures: TrackRecord = {
  type: 'figures',
  time: 1_700_000_100_000,
  model: 'sequence',
  side: 'validation',
  values: { 'mean-log-loss': 0.25, 'patient-f1 (truth: same-rule)': 0.5 },
};

export const artifact = (path: string, identifies = false): TrackRecord => ({
  type: 'artifact',
  time: 1_700_000_110_000,
  path,
  name: 'report.html',
  holds: 'page',
  identifies,
});

type End = Extract<TrackRecord, { type: 'end' }>;
export const ended = (
  state: End['state'] = 'done',
  error: string | null = null,
  marks: readonly string[] = begun().marks,
): End => ({
  type: 'end',
  time: 1_700_000_200_000,
  state,
  error,
  marks,
});

/** What is kept of a sweep, under a lock as the store's. */
export function sweepOf(name: string): { parent: NonNullable<TrackContext['parent']>; kept: () => unknown } {
  let kept: unknown = null;
  let last: Promise<unknown> = Promise.resolve();
  return {
    kept: () => kept,
    parent: {
      name,
      kind: 'sweep',
      update: (change) => {
        const next = last.then(async () => {
          kept = JSON.parse(JSON.stringify(await change(kept)));
          return kept;
        });
        last = next.catch(() => undefined);
        return next;
      },
    },
  };
}

export const contextOf = (folder: string, change: Partial<TrackContext> = {}): TrackContext => ({
  state: null,
  folder,
  workspace: folder,
  signal: new AbortController().signal,
  parent: null,
  ...change,
});

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defineTracker, type TrackContext, type TrackRecord, Type } from '../../../../src/index.ts';
import { createRegistry } from '../../../../src/registry/registry.ts';
import type { NoteEvent } from '../../../../src/runtime/events.ts';
import { RunFolder } from '../../../../src/runtime/runs/run-folder.ts';
import type { FollowOptions } from '../../../../src/runtime/runs/track/follow.ts';
import { recipeOf } from '../../report/run-fixture.ts';

export async function temporaryStore(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-track-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'locks'), { recursive: true });
  await mkdir(join(folder, 'runs'), { recursive: true });
  return folder;
}

/** A tracker by what its `send` does, with all that it was given. */
export function trackerOf(send: (records: readonly TrackRecord[], context: TrackContext) => Promise<unknown>) {
  const given: TrackRecord[] = [];
  const tracker = defineTracker({
    name: 'acme/bell',
    version: 1,
    summary: 'Rings.',
    params: Type.Object({}),
    contract: () => ({}),
    async send(records, context) {
      const state = await send(records, context);
      given.push(...records);
      return state;
    },
  });
  return { tracker, given };
}

export type Bell = ReturnType<typeof trackerOf>;

/** A run of the store that is about to train, and how it is followed by this tracker. */
export async function trainedRun(
  storeRoot: string,
  { tracker }: Bell,
  more: Partial<FollowOptions> = {},
): Promise<{ run: RunFolder; options: FollowOptions; notes: NoteEvent[] }> {
  const recipe = recipeOf({ tracking: [{ type: 'acme/bell', identified: false }] });
  const run = await RunFolder.create(
    storeRoot,
    {
      recipe: recipe.name,
      recipeHash: 'ab',
      smoke: false,
      synthetic: true,
      until: null,
      predictsWith: null,
      engine: { kind: 'wasm', version: '4.22.0' },
      versions: { ichor: '0.2.0' },
      components: {},
      data: { fingerprint: 'f', files: 1 },
      git: null,
    },
    'recipe: 1\n',
  );
  const notes: NoteEvent[] = [];
  const options: FollowOptions = {
    recipe,
    registry: createRegistry([tracker]),
    isPrivate: false,
    storeRoot,
    workspace: storeRoot,
    parent: null,
    keys: { backbone: 'k1' },
    marks: ['SYNTHETIC'],
    tell: (note) => void notes.push(note),
    ...more,
  };
  return { run, options, notes };
}

/** An epoch of four updates. */
export const row = (epoch: number, loss = 1 / epoch) => ({ epoch, steps: 4, loss, validation: null });
export const live = (epoch: number, loss = 1 / epoch) => ({
  type: 'epoch' as const,
  stage: 'backbone',
  epochs: 3,
  updates: 12,
  ...row(epoch, loss),
  gradientNorm: 2,
  speed: { seconds: 1, slicesPerSecond: 5, itemsPerSecond: 5, unit: 'slices', engineShare: 1 },
});
export const steps = (records: readonly TrackRecord[]) =>
  records.flatMap((record) => (record.type === 'scalars' ? [record.step] : []));

import type { PixelRow } from '../../../src/runtime/artifacts/shards.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import { toyReader } from '../train/toy.ts';

/** What the shards hold: set before a plan runs. */
export const shown = { slices: [] as string[], lost: new Set<string>() };

export function show(rows: readonly Pick<SliceRow, 'slice'>[], lost: readonly string[] = []): void {
  shown.slices = rows.map(({ slice }) => slice);
  shown.lost = new Set(lost);
}

/**
 * In the place of `artifacts/shards.ts`: pictures of the slices that are shown.
 * `vi.mock('…/artifacts/shards.ts', async () => (await import('./toy-shards.ts')).toyShards)`
 */
export const toyShards = {
  openShards: async () => toyReader(shown.slices.filter((slice) => !shown.lost.has(slice))),
  readPixels: async (): Promise<PixelRow[]> =>
    shown.slices.map((slice) => ({
      slice,
      status: shown.lost.has(slice) ? 'unreadable' : 'read',
      hash: slice,
      blank: false,
      brain: 1,
    })),
};

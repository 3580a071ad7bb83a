import { rename, rm } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import type { Range } from '../range.ts';
import type { StageName } from '../stage-names.ts';
import type { Artifact } from './artifact.ts';
import { type Manifest, readManifest, type Store } from './store.ts';

/** A part of an artifact that another process made. */
export interface FoundRange {
  range: Range;
  artifact: Artifact;
  manifest: Manifest;
}

/** What an artifact is a range of; null where it is none. */
export function partOf(manifest: Manifest | null): { stage: StageName; key: string; range: Range } | null {
  if (manifest?.stage !== 'range') return null;
  const { stage, whole, ...range } = manifest.parts.slice as unknown as { stage: StageName; whole: string } & Range;
  return { stage, key: whole, range };
}

/**
 * Ranges of an artifact that are in the store, by their places. Those that are expected are looked for by their keys, since a
 * network drive may list a folder as it was; others that lie there, of another division, are as good.
 */
export async function findRanges(
  store: Store,
  { key, version }: { key: string; version: number },
  expected: readonly string[],
): Promise<FoundRange[]> {
  const keys = new Set(expected);
  for (const { key: one, manifest } of await store.artifactsOf('range'))
    if (partOf(manifest)?.key === key && manifest?.parts.version === version) keys.add(one);
  const found: FoundRange[] = [];
  for (const one of keys) {
    const artifact = await store.find('range', one);
    const manifest = artifact && (await readManifest(artifact.folder));
    const of = partOf(manifest);
    if (artifact !== null && manifest !== null && of !== null) found.push({ range: of.range, artifact, manifest });
  }
  return found.sort((a, b) => a.range.of - b.range.of || a.range.place - b.range.place);
}

/** Once the whole is in the store. Moved first: who looks at one meanwhile finds all of it, or nothing. */
export async function removeRanges(store: Store, ranges: readonly FoundRange[]): Promise<void> {
  for (const { artifact } of ranges) {
    const aside = store.partialFolder(artifact.key);
    await rm(aside, { recursive: true, force: true });
    try {
      await rename(artifact.folder, aside);
    } catch (error) {
      // Another process, or garbage collection, was first.
      if (systemCode(error) === 'ENOENT') continue;
      throw error;
    }
    await rm(aside, { recursive: true, force: true });
  }
}

import { join } from 'node:path';
import type { Artifact } from './artifact.ts';
import { damagedArtifact, MISSING } from './damaged.ts';
import { assertSum, type ManifestFile } from './file-sum.ts';
import { readManifest } from './store.ts';

/** Each record in them has a check sum of its own, looked at as it is read: a hundred GB of shards are not read twice. */
const OWN_SUMS = /\.tfrecord$/;

/**
 * Makes sure that an artifact is what was written, before something is made of it: `find` looks at sizes only. Call it for
 * what a stage reads. Throws IchorError `artifact-damaged`.
 */
export async function assertSound({ folder }: Pick<Artifact, 'folder'>, signal?: AbortSignal): Promise<void> {
  for (const [name, file] of Object.entries(await filesOf(folder)))
    if (!OWN_SUMS.test(name)) await assertSum(join(folder, name), file, folder, signal);
}

/** Files of an artifact by name. Throws IchorError `artifact-damaged`. */
export async function filesOf(folder: string): Promise<Readonly<Record<string, ManifestFile>>> {
  const manifest = await readManifest(folder);
  if (manifest === null) throw damagedArtifact(join(folder, 'manifest.json'), MISSING, folder);
  return manifest.files;
}

import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { IchorError } from '../../errors.ts';
import type { Machine } from '../machine.ts';
import type { StageName } from '../stage-names.ts';
import type { Artifact } from './artifact.ts';
import type { Cost } from './cost.ts';
import type { KeyParts } from './key.ts';
import { takeLock } from './lock.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** Lies in the folder of an unfinished artifact: the machines that worked on it. A finished one says it in its manifest. */
export const MACHINES = 'machine.json';

export interface ManifestFile {
  bytes: number;
  sha256: string;
}

/** `manifest.json` of an artifact: how it came about. Its presence in the store's folder means: complete. */
export interface Manifest {
  key: string;
  stage: StageName;
  instance: string;
  /** All that the key was made of: a later miss is explained against it. Nothing private: no folder stands in a key. */
  parts: KeyParts;
  /** Part of the slice to part of the recipe: `channels[0]` is `windows.brain`. */
  paths: Record<string, string>;
  /** Keys of the artifacts read, by instance id. */
  inputs: Record<string, string>;
  /** `backbone small-cnn` to its version, for every component that took part. */
  components: Record<string, number>;
  engine: { kind: string; version: string; precision: string } | null;
  /** Of a stage that runs a model: what it computed with. Absent in artifacts of earlier versions. */
  machine?: Machine;
  /** Where it was resumed: the other machines that had worked on it before. */
  machinesBefore?: readonly Machine[];
  /** When it was finished, ISO 8601. */
  finished: string;
  /** What it was estimated to cost before it began; later estimates are scaled by it. */
  estimate: Cost | null;
  /** Of the attempt that finished it. */
  seconds: number;
  /** True where an earlier attempt had left a part. */
  resumed: boolean;
  peakBytes: number;
  files: Record<string, ManifestFile>;
}

/** What is known of an artifact before its files are hashed. */
export type ManifestDraft = Omit<Manifest, 'files'>;

export interface StoredArtifact extends Artifact {
  /** Null where the folder is no artifact: its manifest is missing. */
  manifest: Manifest | null;
}

/**
 * `.ichor`: complete artifacts in `store/<stage>/<key>`, unfinished ones in `partial/<key>`, runs in `runs/`.
 * An artifact is made in `partial`, synced and renamed into place, so `store` never holds half of one.
 */
export class Store {
  /**
   * @param found folders of artifacts that were found complete: a command of many runs looks at the files of each once.
   */
  constructor(
    readonly root: string,
    readonly found: Set<string> = new Set(),
  ) {}

  /** Creates the folders. Throws `store-not-writable` (exit 2) where that cannot be. */
  async prepare(): Promise<void> {
    try {
      for (const folder of ['store', 'partial', 'locks', 'runs'])
        await mkdir(join(this.root, folder), { recursive: true });
      const probe = join(this.root, 'locks', `.write-${process.pid}`);
      await writeFile(probe, '');
      await rm(probe);
    } catch (error) {
      throw new IchorError(
        'store-not-writable',
        `The store ${this.root} cannot be written: ${(error as Error).message}.`,
        'Choose another folder with --store DIR, or free this one.',
        2,
        { cause: error },
      );
    }
  }

  folder(stage: StageName, key: string): string {
    return join(this.root, 'store', stage, key);
  }

  partialFolder(key: string): string {
    return join(this.root, 'partial', key);
  }

  /** The artifact if it is complete: its manifest is there and every file has the size that it names. */
  async find(stage: StageName, key: string): Promise<Artifact | null> {
    const folder = this.folder(stage, key);
    if (this.found.has(folder) && existsSync(join(folder, 'manifest.json'))) return { stage, key, folder };
    const manifest = await readManifest(folder);
    if (manifest === null) return null;
    for (const [name, file] of Object.entries(manifest.files)) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (found?.size !== file.bytes) {
        throw new IchorError(
          'artifact-damaged',
          `${join(folder, name)} is ${found ? `${found.size} bytes long, not ${file.bytes}` : 'missing'}: the artifact was changed after it was made.`,
          `Delete the folder ${folder}; the next run makes it again.`,
        );
      }
    }
    this.found.add(folder);
    return { stage, key, folder };
  }

  lock(key: string, options: { signal?: AbortSignal; waiting?: (holder: ProcessIdentity) => void }) {
    return takeLock(join(this.root, 'locks', key), options);
  }

  /** The folder to work in, with whatever an interrupted attempt left. Call under the key's lock. */
  async begin(key: string): Promise<{ folder: string; fresh: boolean }> {
    const folder = this.partialFolder(key);
    await mkdir(folder, { recursive: true });
    return { folder, fresh: !(await this.hasPartial(key)) };
  }

  /** Hashes, syncs and renames the finished work into the store. */
  async finish(draft: ManifestDraft): Promise<Artifact> {
    const partial = this.partialFolder(draft.key);
    const files: Record<string, ManifestFile> = {};
    for (const name of await listFiles(partial)) {
      if (name !== 'manifest.json' && name !== MACHINES) files[name] = await hashAndSync(join(partial, name));
    }
    const manifest: Manifest = { ...draft, files };
    await writeSynced(join(partial, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(join(partial, MACHINES), { force: true });
    const folder = this.folder(draft.stage, draft.key);
    await mkdir(dirname(folder), { recursive: true });
    // What stands there without a manifest was no artifact; rename does not replace a folder that holds something.
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    await syncFolder(dirname(folder));
    return { stage: draft.stage, key: draft.key, folder };
  }

  async artifacts(): Promise<StoredArtifact[]> {
    const found: StoredArtifact[] = [];
    for (const stage of await names(join(this.root, 'store'))) {
      found.push(...(await this.artifactsOf(stage as StageName)));
    }
    return found;
  }

  /** All artifacts of one stage, whatever instance made them. */
  async artifactsOf(stage: StageName): Promise<StoredArtifact[]> {
    const found: StoredArtifact[] = [];
    for (const key of await names(join(this.root, 'store', stage))) {
      const folder = this.folder(stage, key);
      found.push({ stage, key, folder, manifest: await readManifest(folder) });
    }
    return found;
  }

  /** Whether an interrupted attempt left something to go on from. */
  async hasPartial(key: string): Promise<boolean> {
    return (await names(this.partialFolder(key))).some((name) => name !== MACHINES);
  }

  async partials(): Promise<{ key: string; folder: string }[]> {
    return (await names(join(this.root, 'partial'))).map((key) => ({ key, folder: this.partialFolder(key) }));
  }
}

export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Files below a folder, relative, with `/`, sorted. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** Sorted names in a folder, none where it does not exist. */
export async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function hashAndSync(file: string): Promise<ManifestFile> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
    return { bytes: size, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Windows has no sync of folders.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  } finally {
    await handle.close();
  }
}

import { basename, dirname, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { existsSync, mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from '../../files/fs.ts';
import { hasForm, ifThere, isMap, isNumber, isText, mapOf, NotJson, orNull, readJson } from '../../files/json.ts';
import { foldersIn, isStray, namesIn } from '../../files/list.ts';
import { explainSystemError, isSystemError, systemCode, systemReason } from '../../files/system-error.ts';
import { asideOf, syncFolder, writeSynced } from '../../files/write.ts';
import type { Emit } from '../events.ts';
import type { Machine } from '../machine.ts';
import { STAGES, type StageName } from '../stage-names.ts';
import type { Artifact } from './artifact.ts';
import type { Cost } from './cost.ts';
import { damagedArtifact } from './damaged.ts';
import { assertSum, fileSum, type ManifestFile } from './file-sum.ts';
import type { KeyParts } from './key.ts';
import { clearLock, type Lock, type LockOptions, takeLock } from './lock.ts';

/** Lies in the folder of an unfinished artifact: the machines that worked on it. A finished one says it in its manifest. */
export const MACHINES = 'machine.json';

/** What a run says of what it recalls: small, and held against its check sum by who only finds it. */
const TOLD: readonly string[] = ['ledger.json', 'network.json', 'metrics.json'];

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
  /** Of index: fingerprint of the key of private names. Absent where they are public, and in artifacts of earlier versions. */
  identityKey?: string;
  /** Of how many ranges it was joined; absent where it was made in one piece. Seconds and memory are theirs too. */
  ranges?: number;
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
  /** Null where the folder is no artifact: its manifest is missing, or damaged. */
  manifest: Manifest | null;
  /** What is wrong with its manifest, in words; null where nothing is, and where there is none. */
  damage: string | null;
}

/**
 * `.ichor`: complete artifacts in `store/<stage>/<key>`, unfinished ones in `partial/<key>`, runs in `runs/`.
 * An artifact is made in `partial`, synced and renamed into place, so `store` never holds half of one.
 */
export class Store {
  /**
   * @param found folders of artifacts that were found complete: a command of many runs looks at the files of each once.
   * @param emit of those who make again what is damaged: they are told so. Without it, finding that is an error.
   */
  constructor(
    readonly root: string,
    readonly found: Set<string> = new Set(),
    readonly emit: Emit | null = null,
  ) {}

  readonly #told = new Set<string>();

  /** Creates the folders. Throws `store-not-writable` (exit 2) where that cannot be. */
  async prepare(): Promise<void> {
    try {
      for (const folder of ['store', 'partial', 'locks', 'runs'])
        await mkdir(join(this.root, folder), { recursive: true });
      const probe = asideOf(join(this.root, 'locks', '.write'));
      await writeFile(probe, '');
      await rm(probe);
    } catch (error) {
      if (systemCode(error) === 'ENOSPC' || systemCode(error) === 'EDQUOT') throw explainSystemError(error);
      throw new IchorError(
        'store-not-writable',
        `The store ${this.root} cannot be written: ${placeOf(error, this.root)}${systemReason(error)}.`,
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

  /**
   * The artifact if it is complete: its manifest is there and every file has the size that it names; what it holds is looked
   * at by who reads it (`assertSound`). One whose manifest is damaged is not there: nobody knows what it holds.
   * Throws IchorError `artifact-damaged`.
   */
  async find(stage: StageName, key: string): Promise<Artifact | null> {
    const folder = this.folder(stage, key);
    if (this.found.has(folder) && existsSync(join(folder, 'manifest.json'))) return { stage, key, folder };
    // What another user may not read is no damage: it is not made again, but said.
    const { manifest, damage } = await manifestOf(folder);
    if (damage !== null) this.#tellDamage(folder, damage);
    if (manifest === null) return null;
    for (const [name, file] of Object.entries(manifest.files)) {
      const found = await stat(join(folder, name)).catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
        throw error;
      });
      if (found?.size !== file.bytes) {
        // It was removed while this looked at it.
        if (found === null && !existsSync(join(folder, 'manifest.json'))) return null;
        throw new IchorError(
          'artifact-damaged',
          `${join(folder, name)} is ${found ? `${found.size} bytes long, not ${file.bytes}` : 'missing'}: the artifact was changed after it was made.`,
          `Delete the folder ${folder}; the next run makes it again.`,
        );
      }
      if (TOLD.includes(name)) await assertSum(join(folder, name), file, folder);
    }
    this.found.add(folder);
    return { stage, key, folder };
  }

  /**
   * As `find`, under the key's lock: a network drive may go on saying for a while that what another machine has made is not there.
   * That a folder cannot be made says that it is.
   */
  async findNow(stage: StageName, key: string): Promise<Artifact | null> {
    const found = await this.find(stage, key);
    if (found !== null) return found;
    const folder = this.folder(stage, key);
    await mkdir(dirname(folder), { recursive: true });
    try {
      await mkdir(folder);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return this.find(stage, key);
      throw error;
    }
    await rmdir(folder);
    return null;
  }

  #tellDamage(folder: string, damage: string): void {
    const error = damagedArtifact(join(folder, 'manifest.json'), damage, folder);
    if (this.emit === null) throw error;
    if (this.#told.has(folder)) return;
    this.#told.add(folder);
    this.emit({
      type: 'note',
      level: 'warning',
      code: error.code,
      message: `${join(folder, 'manifest.json')} is damaged: ${damage}. The artifact is made again.`,
      hint: 'Where a copy of the file can be put back, interrupt and do that.',
    });
  }

  lock(key: string, options: LockOptions): Promise<Lock> {
    return takeLock(join(this.root, 'locks', key), options);
  }

  /** Of an artifact that is complete: removes the lock that a process left which was killed before it let go. */
  clearLock(key: string): Promise<void> {
    return clearLock(join(this.root, 'locks', key));
  }

  /** The folder to work in, with whatever an interrupted attempt left. Call under the key's lock. */
  async begin(key: string): Promise<{ folder: string; fresh: boolean }> {
    const folder = this.partialFolder(key);
    await mkdir(folder, { recursive: true });
    return { folder, fresh: !(await this.hasPartial(key)) };
  }

  /**
   * Hashes, syncs and renames the finished work into the store.
   * @param linked artifacts of which files may have been linked into it: what they say of those need not be reckoned again.
   */
  async finish(
    draft: ManifestDraft,
    linked: readonly { folder: string; manifest: Manifest }[] = [],
  ): Promise<Artifact> {
    const partial = this.partialFolder(draft.key);
    const files: Record<string, ManifestFile> = {};
    for (const name of await listFiles(partial)) {
      if (name !== 'manifest.json' && name !== MACHINES && !isStray(basename(name)))
        files[name] = (await linkedFile(join(partial, name), name, linked)) ?? (await hashAndSync(join(partial, name)));
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
    const there = await foldersIn(join(this.root, 'store'));
    // What else lies there is somebody's, and nothing of ours.
    for (const stage of STAGES.filter((name) => there.includes(name)).sort())
      found.push(...(await this.artifactsOf(stage)));
    return found;
  }

  /** All artifacts of one stage, whatever instance made them. */
  async artifactsOf(stage: StageName): Promise<StoredArtifact[]> {
    const found: StoredArtifact[] = [];
    for (const key of await foldersIn(join(this.root, 'store', stage))) {
      const folder = this.folder(stage, key);
      found.push({ stage, key, folder, ...(await lookAtManifest(folder)) });
    }
    return found;
  }

  /** Whether an interrupted attempt left something to go on from. */
  async hasPartial(key: string): Promise<boolean> {
    return (await namesIn(this.partialFolder(key))).some((name) => name !== MACHINES);
  }

  async partials(): Promise<{ key: string; folder: string }[]> {
    return (await foldersIn(join(this.root, 'partial'))).map((key) => ({ key, folder: this.partialFolder(key) }));
  }
}

/** What stands in the way, where that is not the store itself. */
function placeOf(error: unknown, root: string): string {
  const path = isSystemError(error) ? error.path : undefined;
  return path === undefined || path === root ? '' : `${path}: `;
}

const isManifest = hasForm({
  key: isText,
  stage: isText,
  finished: ifThere(isText),
  parts: ifThere(isMap),
  seconds: isNumber,
  peakBytes: isNumber,
  components: mapOf(isNumber),
  inputs: mapOf(isText),
  files: mapOf(hasForm({ bytes: isNumber, sha256: isText })),
  engine: orNull(hasForm({ kind: isText, version: isText })),
});

type Looked = Pick<StoredArtifact, 'manifest' | 'damage'>;

/** The manifest of an artifact's folder, or what is wrong with it; both null where there is none. */
async function manifestOf(folder: string): Promise<Looked> {
  try {
    const manifest = await readJson<Manifest>(join(folder, 'manifest.json'), isManifest);
    // Folders that were moved, or copied onto each other: what lies there is sound, and is something else.
    const named = basename(folder);
    return manifest === null || !/^[0-9a-f]{64}$/.test(named) || manifest.key === named
      ? { manifest, damage: null }
      : { manifest: null, damage: `it is that of another artifact (${manifest.stage} ${manifest.key.slice(0, 12)}…)` };
  } catch (error) {
    if (error instanceof NotJson) return { manifest: null, damage: error.message };
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return { manifest: null, damage: null };
    throw error;
  }
}

/** As above for lists: one file of a disk that fails, or of another user, is no reason to say nothing of the others. */
export async function lookAtManifest(folder: string): Promise<Looked> {
  try {
    return await manifestOf(folder);
  } catch (error) {
    if (isSystemError(error)) return { manifest: null, damage: `it cannot be read, ${systemReason(error)}` };
    throw error;
  }
}

/** Null where there is none. Throws IchorError `artifact-damaged`. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const { manifest, damage } = await lookAtManifest(folder);
  if (damage !== null) throw damagedArtifact(join(folder, 'manifest.json'), damage, folder);
  return manifest;
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

/** What the artifact says of a file that is one and the same with its own; null where there is none. */
async function linkedFile(
  file: string,
  name: string,
  linked: readonly { folder: string; manifest: Manifest }[],
): Promise<ManifestFile | null> {
  for (const { folder, manifest } of linked) {
    const said = manifest.files[name];
    if (said === undefined) continue;
    const [own, other] = await Promise.all([stat(file), stat(join(folder, name)).catch(() => null)]);
    if (own.ino === other?.ino && own.dev === other.dev && own.size === said.bytes) return said;
  }
  return null;
}

async function hashAndSync(file: string): Promise<ManifestFile> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
    const { size } = await handle.stat();
    return { bytes: size, sha256: await fileSum(file) };
  } finally {
    await handle.close();
  }
}

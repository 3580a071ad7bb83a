import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import { writeSynced } from '../../files/write.ts';
import { listMembers, readMember, readUpTo, ZipDamaged, type ZipMember } from '../../files/zip.ts';
import type { FoundRun } from '../runs/find-run.ts';
import { readRun } from '../runs/run-folder.ts';
import { isEditedRecipe } from '../runs/run-recipe.ts';
import { hashOf } from '../store/key.ts';
import { type Manifest, Store } from '../store/store.ts';
import { isPack, MANIFEST, networkFile, PACK, type PackFacts, RECIPE, RECORD } from './pack-form.ts';

/** What a file of an artifact may be called: no folder, nothing hidden. */
const PLAIN = /^[A-Za-z0-9][\w.-]*$/;

/**
 * A packed run (`ichor runs pack`) in the place of a run's name: its networks are put into this store, as artifacts of keys of
 * their own, so that nothing that a recipe makes here is ever taken from a file that came from elsewhere. Null where the path is
 * no file that could be one.
 *
 * @throws IchorError `pack-invalid` (exit 2) where the file is no packed run, or not what was packed.
 */
export async function openPack(storeRoot: string, path: string, signal?: AbortSignal): Promise<FoundRun | null> {
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return null;
    throw error;
  });
  if (found === null || !found.isFile()) return null;
  const file = await open(path, 'r');
  try {
    // A file may be called as a run is: only a zip is meant as one.
    const start = await readUpTo(file, 0, 2);
    if (!/\.zip$/i.test(path) && start.toString('latin1') !== 'PK') return null;
    return await unpacked(storeRoot, new PackFile(path, file, await members(path, file)), signal);
  } catch (error) {
    throw error instanceof ZipDamaged ? invalid(path, error.message) : error;
  } finally {
    await file.close();
  }
}

const invalid = (path: string, why: string): IchorError =>
  new IchorError(
    'pack-invalid',
    `${path} is no packed run, or it was damaged on its way: ${why}.`,
    'Name a run, or a file that `ichor runs pack RUN` wrote; copy it again where it was cut off.',
    2,
  );

const members = async (path: string, file: FileHandle): Promise<ReadonlyMap<string, ZipMember>> => {
  const all = await listMembers(file).catch((error: unknown) => {
    throw error instanceof ZipDamaged ? invalid(path, error.message) : error;
  });
  return new Map(all.map((member) => [member.name, member]));
};

class PackFile {
  constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly members: ReadonlyMap<string, ZipMember>,
  ) {}

  async bytes(name: string): Promise<Buffer> {
    const member = this.members.get(name);
    if (member === undefined) throw invalid(this.path, `it holds no ${name}`);
    return readMember(this.file, member);
  }

  async json<T>(name: string): Promise<T> {
    try {
      return JSON.parse((await this.bytes(name)).toString('utf8')) as T;
    } catch (error) {
      if (error instanceof SyntaxError) throw invalid(this.path, `${name} in it is no JSON`);
      throw error;
    }
  }
}

async function unpacked(storeRoot: string, pack: PackFile, signal: AbortSignal | undefined): Promise<FoundRun> {
  const facts = await pack.json<PackFacts>(PACK);
  if (!isPack(facts)) throw invalid(pack.path, 'its pack.json does not say what such a file says');
  if (facts.format !== 1)
    throw invalid(pack.path, `it is of form ${facts.format}, which a later version of ichor (${facts.ichor}) wrote`);
  const record = await pack.json<Record<string, unknown>>(RECORD);
  const recipe = (await pack.bytes(RECIPE)).toString('utf8');
  if (isEditedRecipe(recipe, record))
    throw new IchorError(
      'run-recipe-edited',
      `${RECIPE} in ${pack.path} was edited after it was packed: it is not the recipe that its networks were trained by.`,
      'Take the file as it came; or pack the run again where it was trained, `ichor runs pack RUN`. A changed recipe is a run of its own: copy it elsewhere, then ichor run COPY.yaml.',
      2,
    );
  const store = new Store(storeRoot);
  await store.prepare();
  const artifacts: Record<string, { stage: string; key: string }> = {};
  for (const [place, { id, stage }] of facts.networks.entries()) {
    signal?.throwIfAborted();
    artifacts[id] = { stage, key: await takeIn(store, pack, place, stage, signal) };
  }
  // Another run of the name may stand in this store, and is not meant.
  const name = `${facts.run}@${hashOf(artifacts).slice(0, 8)}`;
  const folder = join(storeRoot, 'packed', name);
  await writeFolder(folder, {
    [RECORD]: `${JSON.stringify({ ...record, name, artifacts }, null, 2)}\n`,
    [RECIPE]: recipe,
  });
  const read = await readRun(folder);
  if (read === null) throw invalid(pack.path, 'its run.json says nothing of a run');
  return { folder, storeRoot, record: read, among: null, passedOver: null };
}

/** Puts a network into the store, unless it is there, and gives its key there. */
async function takeIn(
  store: Store,
  pack: PackFile,
  place: number,
  stage: PackFacts['networks'][number]['stage'],
  signal: AbortSignal | undefined,
): Promise<string> {
  const { files, ...manifest } = await pack.json<Manifest>(networkFile(place, MANIFEST));
  if (typeof files !== 'object' || files === null || !Object.keys(files).every((name) => PLAIN.test(name)))
    throw invalid(pack.path, 'the manifest of a network in it does not say what such a file says');
  const sums = Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256]));
  const key = hashOf({ packed: manifest.key, files: sums });
  if ((await store.find(stage, key)) !== null) return key;
  const lock = await store.lock(key, signal ? { signal } : {});
  try {
    if ((await store.find(stage, key)) !== null) return key;
    await rm(store.partialFolder(key), { recursive: true, force: true });
    const { folder } = await store.begin(key);
    for (const [name, { sha256 }] of Object.entries(files)) {
      const data = await pack.bytes(networkFile(place, name));
      if (createHash('sha256').update(data).digest('hex') !== sha256)
        throw invalid(pack.path, `${networkFile(place, name)} in it is not what was packed (SHA-256)`);
      await writeFile(join(folder, name), data);
    }
    await store.finish({ ...manifest, key, stage });
    return key;
  } catch (error) {
    await rm(store.partialFolder(key), { recursive: true, force: true });
    throw error;
  } finally {
    await lock.release();
  }
}

/** Small files, all or none; what another process put there meanwhile says the same. */
async function writeFolder(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const aside = `${folder}.${process.pid}.part`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  try {
    for (const [name, text] of Object.entries(files)) await writeSynced(join(aside, name), text);
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
}

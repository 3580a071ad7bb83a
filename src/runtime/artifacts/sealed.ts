import { createHash } from 'node:crypto';
import type { HostTensors } from '../engine/engine.ts';
import {
  type Metadata,
  readSafetensors,
  SafetensorsFile,
  type StoredTensor,
  unreadable,
  writeSafetensors,
} from './safetensors.ts';
import { toHost, toStored } from './weights.ts';

/**
 * Writes tensors and what is to be known of them as safetensors that carry a hash of both, so that a bit that a disk lost is
 * found. Whole or not at all.
 * @param about a text of the caller's own.
 */
export async function writeSealed(path: string, tensors: HostTensors, about: string): Promise<void> {
  const stored = toStored(tensors);
  await writeSafetensors(path, stored, { about, sha256: sealOf(stored, about) });
}

/** What `writeSealed` wrote. Throws IchorError `weights-unreadable` where it is not that, to the bit. */
export async function readSealed(path: string): Promise<{ tensors: HostTensors; about: string }> {
  const { tensors, metadata } = await readSafetensors(path);
  const about = aboutOf(path, metadata);
  if (metadata.sha256 !== sealOf(tensors, about))
    throw unreadable(path, 'what it holds is not what was written (its hash says so)');
  return { tensors: toHost(tensors), about };
}

/** The caller's text alone, of a file whose hash nobody looks at. Throws IchorError `weights-unreadable`. */
export async function peekSealed(path: string): Promise<string> {
  const file = await SafetensorsFile.open(path);
  await file.close();
  return aboutOf(path, file.metadata);
}

function aboutOf(path: string, metadata: Metadata): string {
  if (Object.keys(metadata).sort().join() !== 'about,sha256')
    throw unreadable(path, 'it does not say what it is of; an earlier version of ichor wrote it, or it is damaged');
  return metadata.about as string;
}

/** SHA-256 over the text, and each tensor's name, type, shape and bytes, by name. */
function sealOf(tensors: Readonly<Record<string, StoredTensor>>, about: string): string {
  const hash = createHash('sha256').update(JSON.stringify(about));
  for (const [name, { dtype, shape, data }] of Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

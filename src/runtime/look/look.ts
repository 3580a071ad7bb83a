import { createHash } from 'node:crypto';
import { IchorError } from '../../errors.ts';
import { stampOf } from '../../files/stamp.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import { UNREADABLE } from '../artifacts/contents.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import { growHeapSlowly } from '../heap.ts';
import { headersFingerprint } from '../sources/fingerprint.ts';
import type { Identities } from '../sources/identities.ts';
import { readFileHeader } from '../sources/read-file.ts';
import { contentHash } from './content-hash.ts';
import { type KnownFile, LookTable } from './look-table.ts';
import type { LookCounts } from './look-text.ts';
import { MadeOf } from './made-of.ts';
import { type Seal, sealOf } from './seal.ts';

/** Files read at once. Node's own pool has four threads; a network folder gains from a few more. */
const AT_ONCE = 32;

/** A file of the source, as this look found it. */
export interface LookedFile {
  file: SourceFile;
  /** What stands for it in what is written: the column `file` of slices.csv. */
  id: string;
  /** SHA-256 of its header, hex. */
  hash: string;
  /** Its times, as the table has them; empty where there are none. */
  stamp: string;
  settled: boolean;
  /** Hash of the whole file; null where that is not known. */
  content: string | null;
  /** False where it could not be read: then nothing is known of it the next time. */
  kept: boolean;
}

export interface LookOptions {
  identities: Identities;
  /** Key of the HMACs of private identities. */
  key: Buffer;
  /** Null: nothing is known from before, and nothing is kept. */
  memory: LookMemory | null;
  /** A file of the same size is taken to be the same: for drives without times. */
  trustSizes?: boolean;
  /** From the hash of all headers, labels and facts to what stands for it in keys. */
  named(hash: string): string;
  progress?: (done: number, total: number, unit: string, note: string) => void | Promise<void>;
  signal?: AbortSignal;
}

/** Where what is found out is kept: beside this store. */
export interface LookMemory {
  storeRoot: string;
  /** False: nothing is written. */
  writes: boolean;
}

/** The files of a source against what is known of them: which of them are what earlier artifacts were made of. */
export class Look {
  readonly #byId: Map<string, LookedFile>;

  constructor(
    readonly files: readonly LookedFile[],
    /** Of the headers, the labels and the submission form: what identifies data whose pixels never changed. */
    readonly headersFingerprint: string,
    /** Contents that are not those which this store's shards were made of, by the file's id. */
    readonly changed: ReadonlyMap<string, string>,
    readonly counts: LookCounts,
    readonly seal: Seal,
    readonly madeOf: MadeOf | null,
    readonly table: LookTable | null,
  ) {
    this.#byId = new Map(files.map((file) => [file.id, file]));
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Content of a file in the state in which this look found it, where that is known. */
  contentOf(id: string): string | null {
    return this.#byId.get(id)?.content ?? null;
  }

  /** Its times, of a file that cannot have been written again without changing them; null where nothing goes by them. */
  settledStampOf(id: string): string | null {
    const { settled = false, stamp = '' } = this.#byId.get(id) ?? {};
    return settled && stamp !== '' ? stamp : null;
  }

  /** That a file which has not been touched since holds this. */
  learn(id: string, content: string): void {
    const file = this.#byId.get(id);
    if (file) file.content = content;
  }

  /** What a file is as a content. Memory is bounded. */
  async contentOfFile(source: OpenSource, path: string, fileBytes: number): Promise<string> {
    return this.seal.content(await contentHash(source, path, fileBytes));
  }

  /** What its bytes are as a content. */
  contentOfBytes(bytes: Buffer): string {
    return this.seal.content(createHash('sha256').update(bytes).digest('hex'));
  }

  /** Writes what is known, for the next look. Says why it could not; null: it did, or was not to. */
  async keep(): Promise<string | null> {
    if (this.table === null || this.madeOf?.writes !== true) return null;
    return this.table.keep(knownFiles(this.files, this.seal));
  }
}

function* knownFiles(files: readonly LookedFile[], seal: Seal): Generator<[string, KnownFile]> {
  for (const { id, file, hash, stamp, settled, content, kept } of files)
    if (kept) yield [id, { bytes: file.bytes, stamp, settled, header: seal.header(hash, file.path), content }];
}

/**
 * Looks at every file: reads nothing of one whose size and times are those of the last look, else its header. Where shards
 * were made of such headers in this store, the files among them whose content is not known are read whole, and compared.
 *
 * @returns the look, and the headers where all of them had to be read.
 */
export async function lookAt(
  source: OpenSource,
  options: LookOptions,
): Promise<{ look: Look; readings: readonly HeaderReading[] | null }> {
  const { memory, trustSizes = false } = options;
  const seal = sealOf(options.identities, options.key);
  const table = memory && (await LookTable.of(memory.storeRoot, source.roots ?? source.root, seal));
  const before = (await table?.read()) ?? new Map<string, KnownFile>();
  const { files, unread, moved, unsure } = await walked(source, before, { seal, trustSizes });

  growHeapSlowly(unread.length);
  const differing = new Set<LookedFile>();
  const readings = await inBatches(unread, 'reading headers', options, async (looked) => {
    const reading = await readFileHeader(source, looked.file);
    looked.hash = reading.hash;
    looked.kept = !nothingRead(reading);
    const known = before.get(looked.id);
    const same = known?.bytes === looked.file.bytes && seal.header(known.header, looked.file.path) === looked.hash;
    if (known && !same) differing.add(looked);
    return reading;
  });
  const first = unread.filter(({ id, kept }) => kept && !before.has(id)).length;

  const fingerprint = options.named(await headersFingerprint(source, files));
  const madeOf = memory && new MadeOf(memory.storeRoot, fingerprint, memory.writes);
  const made = (await madeOf?.read()) ?? new Map<string, string>();
  options.signal?.throwIfAborted();

  const unknown = trustSizes ? [] : files.filter(({ id, content }) => content === null && made.has(id));
  await inBatches(unknown, 'reading files that may have changed', options, async (looked) => {
    looked.content = await contentNow(source, looked, seal);
    if (looked.content !== (before.get(looked.id)?.content ?? made.get(looked.id))) differing.add(looked);
  });
  const changed = new Map<string, string>();
  for (const { id, content } of files) {
    const stated = made.get(id);
    if (stated !== undefined && content !== null && content !== stated) changed.set(id, content);
  }
  // What could not be read is no knowledge: it is tried again.
  for (const looked of unknown) if (looked.content === UNREADABLE) looked.content = null;

  const compared = unknown.filter((looked) => !moved.has(looked) && !unsure.has(looked)).length;
  const counts: LookCounts = {
    files: files.length,
    first,
    moved: moved.size,
    unsure: unsure.size,
    compared,
    changed: differing.size,
    trustSizes,
  };
  const look = new Look(files, fingerprint, changed, counts, seal, madeOf, table);
  return { look, readings: unread.length === files.length ? readings : null };
}

/** The files of the source, and those among them whose headers have to be read. */
async function walked(
  source: OpenSource,
  before: ReadonlyMap<string, KnownFile>,
  { seal, trustSizes }: { seal: Seal; trustSizes: boolean },
) {
  const began = BigInt(Date.now()) * 1_000_000n;
  const files: LookedFile[] = [];
  const unread: LookedFile[] = [];
  const moved = new Set<LookedFile>();
  const unsure = new Set<LookedFile>();
  for await (const { times, ...file } of source.files()) {
    const id = seal.file(file.path);
    const known = before.get(id);
    const now = stampOf(times, began);
    const stamp = now.stamp === '' ? '' : seal.stamp(now.stamp);
    const sameSize = known?.bytes === file.bytes;
    const unmoved = sameSize && stamp !== '' && known.stamp === stamp;
    if (sameSize && (trustSizes || (unmoved && known.settled))) {
      // Sizes alone say nothing of the times: these stay what they were, so that a look which goes by them reads it again.
      const { header, content, settled } = known;
      const hash = seal.header(header, file.path);
      files.push({ file, id, hash, stamp: known.stamp, settled, content, kept: true });
      continue;
    }
    const looked = { file, id, hash: '', stamp, settled: now.settled, content: null, kept: true };
    files.push(looked);
    unread.push(looked);
    if (known) (unmoved || (sameSize && stamp === '') ? unsure : moved).add(looked);
  }
  return { files, unread, moved, unsure };
}

/** A file that cannot be opened today may be so tomorrow, and its times are the same. */
const nothingRead = ({ hash, file, problem }: HeaderReading): boolean =>
  hash === NOTHING && file.bytes > 0 && problem?.reason !== 'hidden-file';
const NOTHING = createHash('sha256').digest('hex');

async function contentNow(source: OpenSource, { file }: LookedFile, seal: Seal): Promise<string> {
  try {
    return seal.content(await contentHash(source, file.path, file.bytes));
  } catch (error) {
    if (error instanceof IchorError) throw error;
    // The stage that needs the file says what is wrong with it.
    return UNREADABLE;
  }
}

async function inBatches<R>(
  files: readonly LookedFile[],
  note: string,
  { progress, signal }: LookOptions,
  work: (file: LookedFile) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < files.length; i += AT_ONCE) {
    results.push(...(await Promise.all(files.slice(i, i + AT_ONCE).map(work))));
    signal?.throwIfAborted();
    await progress?.(Math.min(i + AT_ONCE, files.length), files.length, 'files', note);
  }
  return results;
}

import { IchorError } from '../../../errors.ts';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import { type ContentRow, type LookedRow, UNREADABLE, writeContents, writeLooked } from '../../artifacts/contents.ts';
import type { ShardRow } from '../../artifacts/shards.ts';
import { filesOfSlice, type SliceRow } from '../../artifacts/slices.ts';
import type { Emit } from '../../events.ts';
import type { Look } from '../../look/look.ts';
import { sinceLook } from '../../look/meanwhile.ts';
import { counted, number } from '../../notices/words.ts';
import { shownPath } from '../ledger-lines.ts';
import { sourceChanged } from '../source-changed.ts';

/** A table of a million files takes seconds to write: a killed run loses so much of what it found out, and reads it again. */
const KEEP_EVERY_MS = 600_000;

/** The files of a slice, and what they held: one, unless it is a mean or the pictures of several. */
function filesOf(
  { content, contents }: Pick<ShardRow, 'content' | 'contents'>,
  row: SliceRow,
): { file: string; bytes: number; content: string | undefined }[] {
  const { parts, pictures } = row;
  const of = filesOfSlice(row);
  if (parts === undefined && pictures === undefined) return of.map((one) => ({ ...one, content }));
  return of.map(({ file, bytes }, i) => ({ file, bytes, content: contents?.[i] }));
}

/** What files hold while shards are made of them: held against what they have to, and written down for later runs. */
export class FileContents {
  #kept = performance.now();

  private constructor(
    readonly look: Look,
    readonly source: OpenSource,
    readonly pathOf: (file: string) => string | undefined,
    /** What shards of these headers were made of before. */
    readonly made: ReadonlyMap<string, string>,
  ) {}

  static async of(look: Look, source: OpenSource, pathOf: (file: string) => string | undefined): Promise<FileContents> {
    return new FileContents(look, source, pathOf, (await look.madeOf?.read()) ?? new Map());
  }

  /** What a file's bytes are as a content. Throws `source-changed` where the key of these shards says another one. */
  of(file: string, bytes: Buffer): string {
    return this.#held(file, this.look.contentOfBytes(bytes));
  }

  /** Likewise of a file that a thread has read: `sha256` of its bytes, hex. */
  ofHash(file: string, sha256: string): string {
    return this.#held(file, this.look.seal.content(sha256));
  }

  /** Likewise of a file that is too large to be held in memory. */
  async ofFile(file: string, path: string, fileBytes: number): Promise<string> {
    return this.#held(file, await this.look.contentOfFile(this.source, path, fileBytes));
  }

  #held(file: string, content: string): string {
    const stated = this.look.changed.get(file) ?? this.made.get(file);
    if (stated !== undefined && stated !== UNREADABLE && stated !== content)
      throw this.#changed(file, 'this run found');
    return content;
  }

  /** Whether the files of a shard that an interrupted run finished are what they were: what is not known is read. */
  async still(rows: readonly ShardRow[], slices: readonly SliceRow[]): Promise<boolean> {
    for (const [i, row] of rows.entries()) {
      for (const { file, bytes, content } of filesOf(row, slices[i] as SliceRow)) {
        const path = this.pathOf(file);
        if (content === undefined || path === undefined) return false;
        const now = this.look.contentOf(file) ?? (await this.#read(path, bytes));
        if (now !== content) return false;
      }
    }
    return true;
  }

  /** After each shard. */
  async learn(rows: readonly ShardRow[], slices: readonly SliceRow[]): Promise<void> {
    rows.forEach((row, i) => {
      for (const { file, content } of filesOf(row, slices[i] as SliceRow))
        if (content !== undefined) this.look.learn(file, content);
    });
    if (performance.now() - this.#kept < KEEP_EVERY_MS) return;
    await this.look.keep();
    this.#kept = performance.now();
  }

  /** Beside shards that are a range of all: what their files held, and when, for whoever joins them. */
  async writeLooked(folder: string, rows: readonly ShardRow[], slices: readonly SliceRow[]): Promise<void> {
    const looked = new Map<string, LookedRow>();
    rows.forEach((row, i) => {
      for (const { file, content } of filesOf(row, slices[i] as SliceRow)) {
        const stamp = content === undefined ? null : this.look.settledStampOf(file);
        if (content !== undefined && stamp !== null) looked.set(file, { file, stamp, content });
      }
    });
    await writeLooked(folder, looked.values());
  }

  /**
   * Holds the folder, once all of it is read, against what the look found. A file that holds something else than what was
   * read of it may have been read while it was written: nothing is kept of it. What came and went is said.
   *
   * @throws IchorError `source-changed`
   */
  async unchangedSince(rows: readonly ShardRow[], slices: readonly SliceRow[], emit: Emit): Promise<void> {
    const { touched, arrived, gone } = await sinceLook(this.look, this.source);
    const read = touched.length === 0 ? new Map<string, string>() : contentsRead(rows, slices);
    const changed: string[] = [];
    for (const { id, path, bytes, bytesBefore } of touched) {
      const content = read.get(id);
      if (content === undefined) continue;
      if (bytes !== bytesBefore || (await this.#read(path, bytes)) !== content) changed.push(id);
    }
    const [first] = changed;
    if (first !== undefined) {
      const more = changed.length === 1 ? '' : `, as in ${number(changed.length - 1)} more`;
      throw this.#changed(first, 'this run read', `it was written to meanwhile${more}`);
    }
    sayFolderMoved(arrived, gone, emit);
  }

  /**
   * Writes `contents.csv`: the files for which only their headers stand in the key.
   *
   * @throws IchorError `source-changed` where other shards of these headers were made of something else meanwhile.
   */
  async finish(folder: string, rows: readonly ShardRow[], slices: readonly SliceRow[]): Promise<void> {
    const meanwhile = (await this.look.madeOf?.read()) ?? new Map<string, string>();
    const contents: ContentRow[] = [];
    const written = new Set<string>();
    rows.forEach((row, i) => {
      for (const { file, content = UNREADABLE } of filesOf(row, slices[i] as SliceRow)) {
        // Frames of one file follow each other, and where two slabs meet a file is a part of both.
        if (this.look.changed.has(file) || written.has(file)) continue;
        written.add(file);
        const other = meanwhile.get(file);
        if (other !== undefined && other !== UNREADABLE && other !== content)
          throw this.#changed(file, 'other shards were made of');
        contents.push({ file, content });
      }
    });
    await writeContents(folder, contents);
    await this.look.madeOf?.add(contents);
  }

  #changed(file: string, than: string, why = 'its pixels differ'): IchorError {
    return sourceChanged(file, why, { than, trustSizes: this.look.counts.trustSizes });
  }

  async #read(path: string, fileBytes: number): Promise<string | null> {
    // What cannot be read is made again, and there it is said why that cannot be.
    return this.look.contentOfFile(this.source, path, fileBytes).catch((error: unknown) => {
      if (error instanceof IchorError) throw error;
      return null;
    });
  }
}

function contentsRead(rows: readonly ShardRow[], slices: readonly SliceRow[]): Map<string, string> {
  const read = new Map<string, string>();
  rows.forEach((row, i) => {
    for (const { file, content } of filesOf(row, slices[i] as SliceRow))
      if (content !== undefined) read.set(file, content);
  });
  return read;
}

/** A copy that was still running, or a folder that is being cleared: this run has read a part of what was meant. */
function sayFolderMoved(arrived: readonly string[], gone: readonly string[], emit: Emit): void {
  const said = (files: readonly string[], what: string) =>
    files.length === 0 ? [] : [`${counted(files.length, 'file')} ${what} (first ${shownPath(files[0] as string)})`];
  const parts = [...said(arrived, 'came in too late to be read'), ...said(gone, 'went away after being read')];
  if (parts.length === 0) return;
  emit({
    type: 'note',
    level: 'warning',
    stage: 'shards',
    code: 'folder-moving',
    message: `The data folder changed while shards were made: ${parts.join('; ')}.`,
    hint: 'Let whatever writes there finish (a copy, a synchronisation), then run the same command again: what is done is kept where its files are what they were.',
  });
}

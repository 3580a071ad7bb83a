import { IchorError } from '../../../errors.ts';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import { type ContentRow, UNREADABLE, writeContents } from '../../artifacts/contents.ts';
import type { ShardRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { Look } from '../../look/look.ts';
import { sourceChanged } from '../source-changed.ts';

/** A table of a million files takes seconds to write: a killed run loses so much of what it found out, and reads it again. */
const KEEP_EVERY_MS = 600_000;

/** The files of a slice, and what they held: one, unless it is a mean of several. */
function filesOf(
  { content, contents }: Pick<ShardRow, 'content' | 'contents'>,
  { file, bytes, parts }: SliceRow,
): { file: string; bytes: number; content: string | undefined }[] {
  if (parts === undefined) return [{ file, bytes, content }];
  return parts.map((part, i) => ({ file: part.file, bytes: part.bytes, content: contents?.[i] }));
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
        // Where two slabs meet a file is a part of both.
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

  #changed(file: string, than: string): IchorError {
    return sourceChanged(file, 'its pixels differ', { than, trustSizes: this.look.counts.trustSizes });
  }

  async #read(path: string, fileBytes: number): Promise<string | null> {
    // What cannot be read is made again, and there it is said why that cannot be.
    return this.look.contentOfFile(this.source, path, fileBytes).catch((error: unknown) => {
      if (error instanceof IchorError) throw error;
      return null;
    });
  }
}

import { join } from 'node:path';
import { namesIn } from '../../files/list.ts';
import { type ContentRow, readContents } from '../artifacts/contents.ts';
import { readShardsFacts } from '../artifacts/shards.ts';
import { keepChecked, readChecked } from '../store/checked-file.ts';

const FORMAT = 1;

interface Kept {
  format: number;
  /** Keys of the shards artifacts whose contents are in `files`. */
  shards: string[];
  files: [file: string, content: string][];
}

/**
 * What the shards of one store were made of: for a fingerprint of headers the content of each file as shards first found it.
 * That fingerprint stands for these contents in this store; a file that differs from them has to be named beside it.
 *
 * Every shards artifact says it of itself (`contents.csv`). `looked-at/made-of/<fingerprint>.json` holds them together: it
 * is read faster, and outlives shards that are deleted while what was trained from them is kept.
 */
export class MadeOf {
  constructor(
    readonly storeRoot: string,
    /** Of the headers alone. */
    readonly fingerprint: string,
    /** False: nothing is written. */
    readonly writes: boolean,
  ) {}

  get #file(): string {
    return join(this.storeRoot, 'looked-at', 'made-of', `${this.fingerprint}.json`);
  }

  /** Content by file, as both are written. */
  async read(): Promise<Map<string, string>> {
    const { files } = await this.#load();
    return files;
  }

  /** Adds what shards found that are about to be complete. The first content of a file stays. */
  async add(rows: Iterable<ContentRow>): Promise<void> {
    const { files, shards } = await this.#load();
    for (const { file, content } of rows) if (!files.has(file)) files.set(file, content);
    await this.#keep(files, shards);
  }

  async #load(): Promise<{ files: Map<string, string>; shards: string[] }> {
    const kept = (await readChecked(this.#file)) as Kept | null;
    const good = kept?.format === FORMAT ? kept : null;
    const files = new Map(good?.files);
    const shards = new Set(good?.shards);
    let more = false;
    for (const key of await namesIn(join(this.storeRoot, 'store', 'shards'))) {
      if (shards.has(key)) continue;
      const rows = await this.#contentsOf(join(this.storeRoot, 'store', 'shards', key));
      if (rows === null) continue;
      more = true;
      shards.add(key);
      for (const { file, content } of rows) if (!files.has(file)) files.set(file, content);
    }
    if (more) await this.#keep(files, [...shards]);
    return { files, shards: [...shards] };
  }

  /** Null where these shards are of other files, or damaged: whoever reads them says so. */
  async #contentsOf(folder: string): Promise<ContentRow[] | null> {
    const facts = await readShardsFacts(folder).catch(() => null);
    return facts?.madeOf === this.fingerprint ? readContents(folder).catch(() => null) : null;
  }

  /** Where it cannot be kept it is put together again from the shards. */
  async #keep(files: ReadonlyMap<string, string>, shards: string[]): Promise<void> {
    if (this.writes) await keepChecked(this.#file, { format: FORMAT, shards, files: [...files] } satisfies Kept);
  }
}

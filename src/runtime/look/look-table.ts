import { join } from 'node:path';
import { stat } from '../../files/fs.ts';
import { keepChecked, readChecked } from '../store/checked-file.ts';
import type { Seal } from './seal.ts';

/** What was found out about one file the last time that it was read. */
export interface KnownFile {
  bytes: number;
  /** Its times as they were before it was read; empty where the drive has none. */
  stamp: string;
  /** False where it was written so shortly before that a later write may have left the same times. */
  settled: boolean;
  /** SHA-256 of its header, hex. */
  header: string;
  /** Hash of the whole file; null: only its header was read. */
  content: string | null;
}

/** Raised with the meaning of a row: older tables are as good as none. */
const FORMAT = 1;
type Row = [file: string, bytes: number, stamp: string, settled: 0 | 1, header: string, content: string | null];

/**
 * The files of one source root as they were last looked at: `looked-at/<hash of the root>.json` beside the store. The
 * root's inode is a part of the hash: two machines may share a store, and each have an archive of its own under one path.
 */
export class LookTable {
  /** Which state of the file is known here: one that nobody else wrote since need not be read again. */
  #state = '';

  private constructor(
    readonly file: string,
    readonly seal: Seal,
  ) {}

  /** @param root absolute; several where the source reads several */
  static async of(storeRoot: string, root: string | readonly string[], seal: Seal): Promise<LookTable> {
    const withInode = async (one: string): Promise<[string, string]> => [
      one,
      await stat(one, { bigint: true }).then(
        ({ ino }) => String(ino),
        () => '',
      ),
    ];
    const place = typeof root === 'string' ? await withInode(root) : await Promise.all(root.map(withInode));
    return new LookTable(join(storeRoot, 'looked-at', `${seal.root(JSON.stringify(place))}.json`), seal);
  }

  /** By the file's name as it is written there. Empty where there is no table that can be read. */
  async read(): Promise<Map<string, KnownFile>> {
    this.#state = await this.#stateNow();
    const found = new Map<string, KnownFile>();
    const kept = (await readChecked(this.file)) as { format?: unknown; files?: unknown } | null;
    if (kept?.format !== FORMAT || !Array.isArray(kept.files)) return found;
    for (const [file, bytes, stamp, settled, header, content] of kept.files as Row[])
      found.set(file, { bytes, stamp, settled: settled === 1, header, content });
    return found;
  }

  /**
   * Writes these files; what another process has found out about the same state of a file meanwhile is kept. Says why it
   * could not; null: it did.
   */
  async keep(files: Iterable<[file: string, known: KnownFile]>): Promise<string | null> {
    const others = this.#state !== (await this.#stateNow());
    const there = others ? await this.read() : new Map<string, KnownFile>();
    const rows = [...files].map(([file, { bytes, stamp, settled, header, content }]): Row => {
      const other = there.get(file);
      const same = stamp !== '' && other?.stamp === stamp && other.bytes === bytes && other.header === header;
      return [file, bytes, stamp, settled ? 1 : 0, header, content ?? (same ? other.content : null)];
    });
    const why = await keepChecked(this.file, { format: FORMAT, files: rows });
    this.#state = await this.#stateNow();
    return why;
  }

  #stateNow(): Promise<string> {
    return stat(this.file, { bigint: true }).then(
      ({ ino, mtimeNs, size }) => `${ino} ${mtimeNs} ${size}`,
      () => '',
    );
  }
}

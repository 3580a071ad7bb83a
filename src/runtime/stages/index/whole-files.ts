import type { OpenSource } from '../../../registry/kinds/source.ts';
import type { Look } from '../../look/look.ts';
import { sourceChanged } from '../source-changed.ts';

/**
 * Files that index reads whole, to compare pictures: what it decides follows from their pixels, also of files that no shards
 * are made of. So their contents stand under the headers' fingerprint as those of shards do.
 */
export class WholeFiles {
  readonly source: OpenSource;
  readonly #read = new Map<string, string>();

  constructor(
    source: OpenSource,
    readonly look: Look,
  ) {
    const read: OpenSource['read'] = async (path, length) => {
      const bytes = await source.read(path, length);
      const id = look.seal.file(path);
      if (length === undefined && look.has(id)) this.#read.set(id, look.contentOfBytes(bytes));
      return bytes;
    };
    // A plugin's source may be of a class of its own: everything but `read` stays its business.
    this.source = new Proxy(source, {
      get(target, name) {
        if (name === 'read') return read;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** At the end of index. Throws `source-changed` where a file is not what its key says. */
  async keep(): Promise<void> {
    if (this.#read.size === 0) return;
    const { look } = this;
    const made = (await look.madeOf?.read()) ?? new Map<string, string>();
    for (const [id, content] of this.#read) {
      if ((look.changed.get(id) ?? made.get(id) ?? content) !== content)
        throw sourceChanged(id, 'its pixels differ', { than: 'this run found', trustSizes: look.counts.trustSizes });
      look.learn(id, content);
    }
    const stands = [...this.#read].filter(([id]) => !look.changed.has(id));
    await look.madeOf?.add(stands.map(([file, content]) => ({ file, content })));
    await look.keep();
  }
}

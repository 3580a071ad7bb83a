import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stampOf } from '../../../src/files/stamp.ts';
import type { FileTimes, OpenSource } from '../../../src/registry/kinds/source.ts';
import { writeContents } from '../../../src/runtime/artifacts/contents.ts';
import { writeShardsFacts } from '../../../src/runtime/artifacts/shards.ts';
import { type Look, type LookOptions, lookAt } from '../../../src/runtime/look/look.ts';
import { type LookCounts, lookText } from '../../../src/runtime/look/look-text.ts';
import { MadeOf } from '../../../src/runtime/look/made-of.ts';
import { sourceFingerprint } from '../../../src/runtime/sources/fingerprint.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { walkFiles } from '../../../src/runtime/sources/walk.ts';
import { buildDicom } from '../dicom/build.ts';

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'ichor-look-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));
let storeRoot: string;
let archive: Archive;
beforeEach(async () => {
  storeRoot = await mkdtemp(join(work, 'store-'));
  archive = new Archive(await mkdtemp(join(work, 'SMITH-')));
});

const YEAR_2020_NS = 1_577_836_800_000_000_000n;

/** A source whose times and bytes a test moves as it likes: a real file's `ctime` cannot be set. */
class Archive {
  readonly files = new Map<string, { bytes: Buffer; times?: FileTimes }>();
  /** `path` and how much of it was read. */
  reads: string[] = [];
  constructor(readonly root: string) {
    for (const [i, name] of ['a.dcm', 'b.dcm', 'c.dcm'].entries()) this.put(name, [i, 1, 2, 3]);
  }

  put(name: string, words: number[], times: Partial<FileTimes> = {}, intercept = '-1024') {
    const before = this.files.get(name)?.times;
    const old = String(YEAR_2020_NS);
    const all = { modifiedNs: old, changedNs: old, inode: '1', ...before, ...times };
    this.files.set(name, { bytes: buildDicom({ sop: name, rows: 2, columns: 2, words, intercept }), times: all });
  }

  of(name: string): { bytes: Buffer; times?: FileTimes } {
    const found = this.files.get(name);
    if (found === undefined) throw new Error(`no file ${name}`);
    return found;
  }

  /** Times as after a write one second later. */
  later = (name: string): FileTimes => {
    const { modifiedNs, inode } = this.of(name).times as FileTimes;
    const time = String(BigInt(modifiedNs) + 1_000_000_000n);
    return { modifiedNs: time, changedNs: time, inode };
  };

  open(root = this.root): OpenSource {
    const { files, reads } = this;
    const bytesOf = (path: string) => this.of(path).bytes;
    return {
      root,
      async *files() {
        for (const [path, { bytes, times }] of files)
          yield { path, set: 'test', bytes: bytes.length, ...(times && { times }) };
      },
      async read(path, length) {
        reads.push(`${path} ${length === undefined ? 'whole' : 'header'}`);
        return bytesOf(path).subarray(0, length);
      },
      labels: null,
      synthetic: false,
    };
  }
}

interface Looked {
  look: Look;
  /** What enters keys: the headers' fingerprint, and what stands beside it. */
  identity: string;
  reads: string[];
  counts: LookCounts;
}

async function looked(more: Partial<LookOptions> & { root?: string; keep?: boolean } = {}): Promise<Looked> {
  archive.reads.length = 0;
  const { root, keep = true, ...options } = more;
  const { look } = await lookAt(archive.open(root), {
    identities: identitiesOf('public', Buffer.alloc(0)),
    key: Buffer.alloc(0),
    memory: { storeRoot, writes: true },
    named: (hash) => hash,
    ...options,
  });
  if (keep) expect(await look.keep()).toBeNull();
  const identity = JSON.stringify([look.headersFingerprint, [...look.changed]]);
  return { look, identity, reads: [...archive.reads].sort(), counts: look.counts };
}

/** As the shards stage does when it has read these files. */
async function makeShards(look: Look, names = [...archive.files.keys()]): Promise<void> {
  const rows = names.map((name) => {
    const file = look.seal.file(name);
    const content = look.contentOfBytes(archive.of(name).bytes);
    look.learn(file, content);
    return { file, content };
  });
  await look.madeOf?.add(rows);
  await look.keep();
}

describe('a look at files', () => {
  it('reads headers alone the first time, nothing the second, and comes to the fingerprint of all headers', async () => {
    const first = await looked();
    expect(first.reads).toEqual(['a.dcm header', 'b.dcm header', 'c.dcm header']);
    expect(first.counts).toMatchObject({ files: 3, first: 3, moved: 0, changed: 0 });
    const { hash } = await sourceFingerprint(archive.open());
    expect(first.look.headersFingerprint).toBe(hash);
    const second = await looked();
    expect(second.reads).toEqual([]);
    expect(second.identity).toBe(first.identity);
    await makeShards(second.look);
    const third = await looked();
    expect([third.reads, third.identity]).toEqual([[], first.identity]);
  });

  it('reads a file whose times moved, and finds equal content to be equal', async () => {
    const { look, identity } = await looked();
    await makeShards(look);
    archive.put('b.dcm', [1, 1, 2, 3], archive.later('b.dcm'));
    const again = await looked();
    expect(again.reads).toEqual(['b.dcm header', 'b.dcm whole']);
    expect(again.counts).toMatchObject({ moved: 1, changed: 0 });
    expect(again.identity).toBe(identity);
    expect((await looked()).reads).toEqual([]);
  });

  it.each([
    ['its time of writing moved', () => archive.later('b.dcm')],
    ['its time of writing was set back, as `touch -r` does', () => ({ changedNs: archive.later('b.dcm').changedNs })],
    ['another file was put in its place with its times', () => ({ inode: '2' })],
  ])('sees other pixels under an equal header: %s', async (_, times) => {
    const { look, identity } = await looked();
    await makeShards(look);
    archive.put('b.dcm', [1, 1, 2, 4], times());
    const other = await looked();
    expect(other.look.headersFingerprint).toBe(look.headersFingerprint);
    expect([...other.look.changed.keys()]).toEqual(['b.dcm']);
    expect(other.counts).toMatchObject({ moved: 1, changed: 1 });
    // It stays another one until it is what it was: then the old shards are valid again.
    expect((await looked()).identity).toBe(other.identity);
    await makeShards(other.look);
    expect((await looked()).identity).toBe(other.identity);
    archive.put('b.dcm', [1, 1, 2, 3], archive.later('b.dcm'));
    expect((await looked()).identity).toBe(identity);
  });

  it('reads nothing whole as long as no shards were made of it', async () => {
    await looked();
    archive.put('b.dcm', [9, 9, 9, 9], archive.later('b.dcm'));
    const { reads, look } = await looked();
    expect(reads).toEqual(['b.dcm header']);
    expect(look.changed.size).toBe(0);
  });

  it('holds a moved or copied archive against what shards were made of, once', async () => {
    const { look, identity } = await looked();
    await makeShards(look);
    const root = await mkdtemp(join(work, 'copy-'));
    const copy = await looked({ root });
    expect(copy.counts).toMatchObject({ first: 3, compared: 3, changed: 0 });
    expect(copy.identity).toBe(identity);
    expect((await looked({ root })).reads).toEqual([]);
    // A copy that went wrong is seen although nobody has looked at this folder before.
    archive.put('c.dcm', [0, 0, 0, 0]);
    const bad = await looked({ root: await mkdtemp(join(work, 'bad-')) });
    expect([...bad.look.changed.keys()]).toEqual(['c.dcm']);
    expect(bad.counts.changed).toBe(1);
  });

  it('reads again what was written so shortly before that another write could leave the same times', async () => {
    const now = String(BigInt(Date.now()) * 1_000_000n);
    archive.put('a.dcm', [0, 1, 2, 3], { modifiedNs: now, changedNs: now });
    const { look } = await looked();
    await makeShards(look);
    archive.put('a.dcm', [7, 7, 7, 7]);
    const again = await looked();
    expect(again.counts).toMatchObject({ moved: 0, unsure: 1, changed: 1 });
    expect([...again.look.changed.keys()]).toEqual(['a.dcm']);
  });

  it('settles times by the clock of the look: two seconds, and a time far ahead that a program has set', () => {
    const began = 10_000_000_000n;
    const at = (modifiedNs: string, changedNs: string) => stampOf({ modifiedNs, changedNs, inode: '1' }, began).settled;
    expect(at('7000000000', '7000000000')).toBe(true);
    expect(at('7000000000', '9000000000')).toBe(false);
    expect(at('9000000000', '7000000000')).toBe(false);
    expect(at('99000000000', '7000000000')).toBe(true);
  });

  it('knows a file on a drive without times by nothing, unless sizes are trusted', async () => {
    for (const file of archive.files.values()) delete file.times;
    const { look } = await looked();
    await makeShards(look);
    archive.put('b.dcm', [1, 1, 2, 4]);
    delete archive.of('b.dcm').times;
    const trusted = await looked({ trustSizes: true });
    expect([trusted.reads, trusted.look.changed.size]).toEqual([[], 0]);
    const own = await looked();
    expect(own.counts).toMatchObject({ unsure: 3, changed: 1 });
    expect([...own.look.changed.keys()]).toEqual(['b.dcm']);
  });

  it('by sizes alone sees another size, and leaves a touched file for a look that goes by times', async () => {
    const { look } = await looked();
    await makeShards(look);
    archive.put('a.dcm', [5, 5, 5, 5], archive.later('a.dcm'));
    expect((await looked({ trustSizes: true })).reads).toEqual([]);
    expect((await looked()).look.changed.size).toBe(1);
    archive.put('c.dcm', [2, 1, 2, 3, 4, 5]);
    expect((await looked({ trustSizes: true })).reads).toEqual(['c.dcm header']);
  });

  it('counts a header that changed, and a file that is new', async () => {
    const { look } = await looked();
    archive.put('b.dcm', [1, 1, 2, 3], archive.later('b.dcm'), '-1000');
    archive.put('d.dcm', [4, 1, 2, 3]);
    const { counts, look: now } = await looked();
    expect(counts).toMatchObject({ files: 4, first: 1, moved: 1, changed: 1 });
    expect(now.headersFingerprint).not.toBe(look.headersFingerprint);
  });

  it('does not remember a file that could not be opened', async () => {
    const source = archive.open();
    const read = source.read;
    source.read = (path, length) => (path === 'b.dcm' ? Promise.reject(new Error('EIO')) : read(path, length));
    const options = { identities: identitiesOf('public', Buffer.alloc(0)), key: Buffer.alloc(0), named: String };
    const { look } = await lookAt(source, { ...options, memory: { storeRoot, writes: true } });
    await look.keep();
    expect((await looked()).reads).toEqual(['b.dcm header']);
  });
});

describe('the table beside the store', () => {
  const tables = async () => (await readdir(join(storeRoot, 'looked-at'))).filter((name) => name.endsWith('.json'));

  it.each<[string, (file: string) => Promise<void>]>([
    ['cut off', async (file) => writeFile(file, (await readFile(file)).subarray(0, 200))],
    ['empty', async (file) => writeFile(file, '')],
    ['other text', async (file) => writeFile(file, 'not a table\n{}')],
    ['one digit changed', async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('a.dcm', 'b.dcm'))],
    ['gone', (file) => rm(file)],
    [
      'a folder',
      (file) =>
        rm(file)
          .then(() => mkdir(file))
          .then(() => {}),
    ],
  ])('%s: is as good as none', async (_, spoil) => {
    const { identity } = await looked();
    await spoil(join(storeRoot, 'looked-at', (await tables())[0] as string));
    const again = await looked({ keep: false });
    expect(again.reads).toHaveLength(3);
    expect(again.identity).toBe(identity);
  });

  it('that cannot be written is said, and hinders nothing', async () => {
    await writeFile(join(storeRoot, 'looked-at'), '');
    const { look } = await looked({ keep: false });
    expect(await look.keep()).toMatch(/^E/);
    expect((await looked({ keep: false })).reads).toHaveLength(3);
  });

  it('is not written where nothing is to be written, and leaves no file aside', async () => {
    await looked({ memory: { storeRoot, writes: false } });
    expect(await readdir(storeRoot)).toEqual([]);
    await looked();
    expect(await readdir(join(storeRoot, 'looked-at'))).toEqual(await tables());
  });

  it('keeps what another process has found out about the same files meanwhile', async () => {
    const [one, other] = [await looked({ keep: false }), await looked({ keep: false })];
    await makeShards(one.look);
    await other.look.keep();
    expect((await looked()).reads).toEqual([]);
  });

  it('of a private source holds no path, no time and no hash of a header, and is for its owner', async () => {
    const key = Buffer.alloc(32, 7);
    const own = { identities: identitiesOf('private', key), key };
    const { look } = await looked(own);
    await makeShards(look);
    const names = await readdir(join(storeRoot, 'looked-at'), { recursive: true });
    const files = names.filter((name) => name.endsWith('.json'));
    expect(files).toHaveLength(2);
    for (const name of files) {
      const text = await readFile(join(storeRoot, 'looked-at', name), 'utf8');
      for (const secret of ['dcm', 'SMITH', String(YEAR_2020_NS), ...look.files.map(({ hash }) => hash)])
        expect(text + name).not.toContain(secret);
      expect((await stat(join(storeRoot, 'looked-at', name))).mode & 0o77).toBe(0);
    }
    expect((await looked(own)).reads).toEqual([]);
    archive.put('b.dcm', [1, 1, 2, 4], archive.later('b.dcm'));
    expect([...(await looked(own)).look.changed.keys()]).toEqual([own.identities.name('file', 'b.dcm')]);
  });
});

describe('what shards were made of', () => {
  const shards = async (key: string, madeOf: string, contents: Record<string, string>) => {
    const folder = join(storeRoot, 'store', 'shards', key);
    await mkdir(folder, { recursive: true });
    await writeContents(
      folder,
      Object.entries(contents).map(([file, content]) => ({ file, content })),
    );
    await writeShardsFacts(folder, { size: 2, channels: ['brain'], shards: 1, madeOf });
  };
  const contentsOf = async (fingerprint: string, writes = true) =>
    Object.fromEntries(await new MadeOf(storeRoot, fingerprint, writes).read());

  it('is put together from all shards of a fingerprint, and outlives them', async () => {
    await shards('k1', 'f', { a: '1' });
    expect(await contentsOf('f')).toEqual({ a: '1' });
    await shards('k2', 'f', { b: '2' });
    await shards('k3', 'g', { a: '9' });
    await mkdir(join(storeRoot, 'store', 'shards', 'no-artifact'));
    expect(await contentsOf('f')).toEqual({ a: '1', b: '2' });
    expect(await contentsOf('g')).toEqual({ a: '9' });
    await rm(join(storeRoot, 'store'), { recursive: true });
    expect(await contentsOf('f')).toEqual({ a: '1', b: '2' });
  });

  it('needs no file of its own, and what stood first stays', async () => {
    await shards('k1', 'f', { a: '1' });
    expect(await contentsOf('f', false)).toEqual({ a: '1' });
    expect(await readdir(storeRoot)).toEqual(['store']);
    await new MadeOf(storeRoot, 'f', true).add([
      { file: 'a', content: '2' },
      { file: 'c', content: '3' },
    ]);
    expect(await contentsOf('f')).toEqual({ a: '1', c: '3' });
  });
});

it('the walk says times and inode as the file system has them', async () => {
  await writeFile(join(work, 'one'), 'x');
  const { mtimeNs, ctimeNs, ino } = await stat(join(work, 'one'), { bigint: true });
  for await (const { path, times } of walkFiles(work))
    if (path === 'one') expect(times).toEqual({ modifiedNs: `${mtimeNs}`, changedNs: `${ctimeNs}`, inode: `${ino}` });
});

describe('what was looked at, in words', () => {
  const none = { files: 324, first: 0, moved: 0, unsure: 0, compared: 0, changed: 0, trustSizes: false };
  it.each<[Partial<LookCounts>, string]>([
    [{}, '324 files looked at: none read again.'],
    [{ first: 324 }, '324 files looked at: all headers read for the first time.'],
    [{ moved: 3, changed: 1 }, '324 files looked at: 3 read again since their times moved, 1 changed.'],
    [
      { first: 2, moved: 1 },
      '324 files looked at: the headers of 2 read for the first time, 1 read again since its times moved, none changed.',
    ],
    [
      { unsure: 12, compared: 5 },
      '324 files looked at: 12 read again since their times do not tell, 5 read whole and compared with what shards were made of, none changed.',
    ],
    [{ files: 1, trustSizes: true }, '1 file looked at by their sizes alone: none read again.'],
  ])('%o', (some, text) => {
    expect(lookText({ ...none, ...some })).toBe(text);
  });
});

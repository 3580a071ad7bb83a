import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileChanges, fileRows, readFiles, writeFiles } from '../../../src/runtime/artifacts/files.ts';
import { fileReasons, type Reason, reasonText } from '../../../src/runtime/plan/reasons.ts';
import { readHeaders } from '../../../src/runtime/sources/fingerprint.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { openKaggleFolder } from '../../../src/runtime/sources/kaggle.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';

let work: string;
let root: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'ichor-files-'));
  root = await kaggleFolder(series('a', 2));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function tableOf(identities: 'public' | 'private') {
  const source = await openKaggleFolder(root);
  return fileRows(source, await readHeaders(source), identitiesOf(identities, Buffer.alloc(32, 7)));
}

describe('the table of a source’s files', () => {
  it('has a row a picture and one of the labels, with a hash of what enters the fingerprint', async () => {
    const rows = await tableOf('public');
    expect(rows.map(({ what }) => what)).toEqual(['image', 'image', 'labels', 'facts']);
    const [first, , labels] = rows;
    const text = await readFile(join(root, 'stage_2_train.csv'));
    const sha = createHash('sha256').update(text).digest('hex').slice(0, 16);
    expect(labels).toEqual({ what: 'labels', file: 'stage_2_train.csv', bytes: text.length, hash: sha, content: '' });
    expect(first?.file).toMatch(/^stage_2_train\/.*\.dcm$/);
    expect(first?.bytes).toBe((await readFile(join(root, first?.file ?? ''))).length);
    await writeFiles(work, rows);
    expect(await readFiles(work)).toEqual(rows);
  });

  it('has no path where identities are private', async () => {
    const text = JSON.stringify(await tableOf('private'));
    expect(text).not.toMatch(/stage_2|dcm|csv/);
    const [first] = await tableOf('private');
    expect(first?.file).toMatch(/^[0-9a-f]{20}$/);
  });
});

describe('changes between two tables', () => {
  const image = (file: string, hash = 'h', bytes = 1, content = '') => ({
    what: 'image' as const,
    file,
    bytes,
    hash,
    content,
  });

  it('are files added, removed and changed, by header or by size', () => {
    const before = [image('a'), image('b'), image('c'), image('d')];
    const now = [image('a'), image('b', 'other'), image('c', 'h', 2), image('e')];
    const changes = fileChanges(before, now);
    expect(changes.added.map(({ file }) => file)).toEqual(['e']);
    expect(changes.removed.map(({ file }) => file)).toEqual(['d']);
    expect(changes.changed.map(({ file }) => file)).toEqual(['b', 'c']);
  });

  it('are said with a few names, the labels first', () => {
    const labels = { what: 'labels' as const, file: 'labels.csv', bytes: 1, hash: 'x', content: '' };
    const [reason] = fileReasons({
      added: [image('n1'), image('n2')],
      removed: [image('o')],
      changed: [image('p'), labels],
      pixels: [],
    });
    expect(reasonText(reason as Reason)).toBe(
      'input files: 2 added, 1 removed, 2 changed (~labels.csv, +n1, +n2, and 2 more)',
    );
  });

  it('are pixels alone where size and header are what they were, also when the pixels are as they first were', () => {
    const before = [image('a'), image('b', 'h', 1, '1'), image('c', 'h', 1, '1'), image('d')];
    const now = [image('a', 'h', 1, '2'), image('b'), image('c', 'other', 1, '2'), image('d')];
    const changes = fileChanges(before, now);
    expect(changes.pixels.map(({ file }) => file)).toEqual(['a', 'b']);
    expect(changes.changed.map(({ file }) => file)).toEqual(['c']);
    expect(fileReasons(changes).map((reason) => reasonText(reason))).toEqual([
      'input files: 1 changed (~c)',
      'the pixels of 2 files changed (a, b)',
    ]);
    expect(fileReasons({ ...changes, changed: [] })).toEqual([
      { reason: 'pixels-changed', files: 2, names: ['a', 'b'] },
    ]);
    const many = fileReasons({
      added: [],
      removed: [],
      changed: [],
      pixels: ['1', '2', '3', '4'].map((f) => image(f)),
    });
    expect(many.map((reason) => reasonText(reason))).toEqual(['the pixels of 4 files changed (1, 2, 3, and 1 more)']);
  });

  it('have no names where files cannot be compared', () => {
    const reasons = fileReasons({ added: [], removed: [], changed: [], pixels: [] });
    expect(reasons.map((reason) => reasonText(reason))).toEqual(['input files: other ones, or none to compare']);
  });
});

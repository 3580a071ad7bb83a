import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeContents } from '../../../src/runtime/artifacts/contents.ts';
import type { Member } from '../../../src/runtime/ensemble/member.ts';
import { otherData } from '../../../src/runtime/ensemble/other-data.ts';

/** A member over three slices: what its shards were made of, by file; null: they are gone. */
async function member(name: string, fingerprint: string, contents: Record<string, string> | null): Promise<Member> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-other-data-'));
  if (contents !== null)
    await writeContents(
      folder,
      Object.entries(contents).map(([file, content]) => ({ file, content })),
    );
  const artifact = (key: string) => ({ key, folder });
  return {
    name,
    record: { data: { fingerprint } },
    index: ['ID_a', 'ID_b', 'ID_c'].map((slice) => ({ slice, file: `${slice}.dcm`, headerHash: 'h' })),
    artifacts: new Map([
      ['index', artifact('same headers')],
      ['shards', artifact(`${name} ${fingerprint}`)],
    ]),
  } as unknown as Member;
}

const said = async (...members: Member[]) => (await otherData(members)).map(({ message }) => message);
const first = { 'ID_a.dcm': '1', 'ID_b.dcm': '2', 'ID_c.dcm': '3' };

it('members that saw the same pictures say nothing, also where one keeps no list of them', async () => {
  const one = await member('one', 'f', first);
  expect(await said(one, await member('two', 'f', first), await member('three', 'f', null))).toEqual([]);
});

it('pixels that changed under the same headers are counted, and are missing in the list of the later run', async () => {
  const one = await member('one', 'f', first);
  const { 'ID_b.dcm': _, ...unchanged } = first;
  const expected = [
    'Runs one and two saw the data in different states: 1 of 3 slices had another header or other pixels, the first is ID_b.',
  ];
  expect(await said(one, await member('two', 'g', unchanged))).toEqual(expected);
  // From another store the fingerprint of the headers may be the same.
  expect(await said(one, await member('two', 'f', { ...first, 'ID_b.dcm': '4' }))).toEqual(expected);
});

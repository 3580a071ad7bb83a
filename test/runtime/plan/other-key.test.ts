import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRegistry } from '../../../src/registry/registry.ts';
import { type KeyedInstance, keyPlan } from '../../../src/runtime/plan/keys.ts';
import type { Plan } from '../../../src/runtime/plan/plan.ts';
import { reasonText } from '../../../src/runtime/plan/reasons.ts';
import { decide, explain, History } from '../../../src/runtime/plan/states.ts';
import { stages } from '../../../src/runtime/stages/index.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';

const plan = {
  source: 'folder',
  given: new Map(),
  instances: [
    { id: 'index', stage: stages.index, instance: '', reads: [], slice: {}, from: [], components: {} },
    { id: 'shards', stage: stages.shards, instance: '', reads: ['index'], slice: {}, from: [], components: {} },
  ],
} as unknown as Plan;
const keyed = (fingerprint: string) => keyPlan(plan, { engine: null, fingerprint });

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-key-'));
  store = new Store(root);
  await store.prepare();
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** An index over private data that was made with this key; of an earlier version without a word of it. */
async function make({ stage, key, parts }: KeyedInstance, identityKey?: string): Promise<void> {
  await writeFile(
    join((await store.begin(key)).folder, 'files.csv'),
    'what,file,bytes,hash,content\nimage,0a1b2c,9,ff,\n',
  );
  await store.finish({ ...draft(key), stage: stage.name, parts, ...(identityKey ? { identityKey } : {}) });
}

const reasons = async (key: { fingerprint: string; name: string } | null) => {
  const history = new History(store, createRegistry([]));
  const files = [{ what: 'image' as const, file: '3d4e5f', bytes: 9, hash: 'ee', content: '' }];
  const statuses = await explain(await decide(store, keyed('now')), { history, tree: null, files, key });
  return statuses[0]?.reasons.map((each) => reasonText(each));
};

it('says that private names were made with another key, in the place of files that all seem others', async () => {
  await make(keyed('before')[0] as KeyedInstance, '0123456789abcdef');
  expect(await reasons({ fingerprint: 'fedcba9876543210', name: 'ward-3' })).toEqual([
    'private names were made with another key (0123456789abcdef, now ward-3, fedcba9876543210)',
  ]);
  expect(await reasons({ fingerprint: '0123456789abcdef', name: 'default' })).toEqual([
    'input files: 1 added, 1 removed (+3d4e5f, -0a1b2c)',
  ]);
});

it('compares files where nobody knows the key of before, or there is none', async () => {
  await make(keyed('before')[0] as KeyedInstance);
  for (const key of [{ fingerprint: 'fedcba9876543210', name: 'default' }, null])
    expect(await reasons(key)).toEqual(['input files: 1 added, 1 removed (+3d4e5f, -0a1b2c)']);
});

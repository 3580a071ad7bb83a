import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../../src/registry/registry.ts';
import type { Machine } from '../../../src/runtime/machine.ts';
import { keyExactly } from '../../../src/runtime/plan/exact.ts';
import { type Apart, type KeyedInstance, keyPlan } from '../../../src/runtime/plan/keys.ts';
import type { Plan } from '../../../src/runtime/plan/plan.ts';
import { reasonText } from '../../../src/runtime/plan/reasons.ts';
import { decide, explain, History } from '../../../src/runtime/plan/states.ts';
import { resumedNote } from '../../../src/runtime/runs/resumed.ts';
import { stages } from '../../../src/runtime/stages/index.ts';
import { assertOwn, workOn } from '../../../src/runtime/store/made-on.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';

const here: Machine = { threads: 2, isa: 'avx512' };
const there: Machine = { threads: 1, isa: 'avx2' };

/** Split, then a network, then its embeddings: of a whole plan only what matters here. */
const instance = (stage: keyof typeof stages, reads: string[]) => ({
  id: stage,
  stage: stages[stage],
  instance: '',
  reads,
  slice: {},
  from: [],
  components: {},
});
const plan = {
  source: 'phantom',
  given: new Map(),
  instances: [instance('split', []), instance('backbone', ['split']), instance('embed', ['backbone'])],
} as unknown as Plan;
const context = { engine: { kind: 'native', version: 'x', precision: 'float32' } };
const keys = (apart?: Apart) => keyPlan(plan, { ...context, ...(apart ? { apart } : {}) });

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-exact-'));
  store = new Store(root);
  await store.prepare();
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Puts an artifact under this key, as if it had been made there. */
async function make({ stage, key, parts }: KeyedInstance, machine?: Machine, before?: Machine[]): Promise<void> {
  await writeFile(join((await store.begin(key)).folder, 'weights'), key);
  await store.finish({
    ...draft(key),
    stage: stage.name,
    parts,
    ...(machine ? { machine } : {}),
    ...(before ? { machinesBefore: before } : {}),
  });
}

const exactly = (machine = here) => keyExactly(store, machine, keys);
const [, backbone, embed] = keys() as [KeyedInstance, KeyedInstance, KeyedInstance];

describe('keys under --exact', () => {
  it('are everybody’s where nothing stands in the way', async () => {
    const { keyed, elsewhere } = await exactly();
    expect(keyed).toEqual(keys());
    expect(elsewhere.size).toBe(0);
  });

  it('are everybody’s where this machine made what is there', async () => {
    await make(backbone, here);
    expect((await exactly()).keyed).toEqual(keys());
  });

  it('hold the machine beside what another made, and so do those of all that follows', async () => {
    await make(backbone, there);
    const { keyed, elsewhere } = await exactly();
    expect([...elsewhere]).toEqual([['backbone', '1 thread avx2']]);
    expect(keyed[1]?.parts.machine).toEqual(here);
    expect(keyed.map(({ key }, i) => key === keys()[i]?.key)).toEqual([true, false, false]);
    // Only what another machine made has the machine in it: of the rest the inputs say enough.
    expect(keyed[2]?.parts).not.toHaveProperty('machine');
    // What was made under it is found again, and the other one stays.
    await make(keyed[1] as KeyedInstance, here);
    expect((await exactly()).keyed).toEqual(keyed);
    expect(await store.find('backbone', backbone.key)).not.toBeNull();
    expect((await exactly(there)).keyed).toEqual(keys());
  });

  it.each([
    ['nothing is recorded', undefined, undefined],
    ['it was resumed from another machine', here, [there]],
  ])('hold it where %s', async (_, machine, before) => {
    await make(backbone, machine, before);
    expect((await exactly()).elsewhere.has('backbone')).toBe(true);
  });

  it('hold it beside what another machine left unfinished, and not beside a part of its own', async () => {
    const { folder } = await store.begin(backbone.key);
    await workOn(folder, true, there);
    // Nothing to go on from: only the note of who began.
    expect((await exactly()).elsewhere.size).toBe(0);
    await writeFile(join(folder, 'checkpoint.safetensors'), '');
    expect((await exactly()).elsewhere.get('backbone')).toBe('1 thread avx2');
    expect((await exactly(there)).elsewhere.size).toBe(0);
  });

  it('are not kept to where another machine came first since they were planned', async () => {
    await assertOwn(store, backbone, here);
    await make(backbone, there);
    await expect(assertOwn(store, backbone, here)).rejects.toMatchObject({ code: 'made-elsewhere' });
    await expect(assertOwn(store, backbone, there)).resolves.toBeUndefined();
  });
});

describe('the plan under --exact', () => {
  const explained = async (keyed: readonly KeyedInstance[], elsewhere?: ReadonlyMap<string, string>) => {
    const history = new History(store, createRegistry([]));
    const statuses = await explain(await decide(store, keyed, elsewhere), { history, tree: null, files: null });
    return Object.fromEntries(statuses.map((one) => [one.instance.id, one.reasons.map((each) => reasonText(each))]));
  };

  it('says why what is there does not count', async () => {
    await make(backbone, there);
    await make(embed, here);
    const { keyed, elsewhere } = await exactly();
    const reasons = await explained(keyed, elsewhere);
    expect(reasons.backbone).toEqual(['made on 1 thread avx2: --exact takes only what was made on 2 threads avx512']);
    expect(reasons.embed).toEqual(['follows from backbone']);
    expect((await explained(keys())).backbone).toEqual([]);
  });

  it('and without it why what was made for one machine alone does not', async () => {
    await make(backbone, there);
    const { keyed } = await exactly();
    await make(keyed[1] as KeyedInstance, here);
    await rm(store.folder('backbone', backbone.key), { recursive: true });
    expect((await explained(keys())).backbone).toEqual([
      'the nearest was made with --exact, for 2 threads avx512 alone',
    ]);
  });
});

describe('an unfinished artifact', () => {
  it('knows who worked on it; the finished one has it in its manifest only', async () => {
    const { folder } = await store.begin('k');
    expect(await workOn(folder, true, there)).toEqual([]);
    expect((await store.begin('k')).fresh).toBe(true);
    await writeFile(join(folder, 'part'), '1');
    expect((await store.begin('k')).fresh).toBe(false);
    const before = await workOn(folder, false, here);
    expect(before).toEqual([there]);
    expect(await workOn(folder, false, here)).toEqual([there]);
    const artifact = await store.finish({ ...draft('k'), machine: here, machinesBefore: before });
    const [{ manifest } = { manifest: null }] = await store.artifactsOf(artifact.stage);
    expect(Object.keys(manifest?.files ?? {})).toEqual(['part']);
    expect(manifest).toMatchObject({ machine: here, machinesBefore: [there] });
  });

  it('that another one began, begins anew where nothing was left, and a record that was cut off says nothing', async () => {
    const { folder } = await store.begin('k');
    await workOn(folder, true, there);
    expect(await workOn(folder, true, here)).toEqual([]);
    await writeFile(join(folder, 'machine.json'), '[{"thre');
    expect(await workOn(folder, false, here)).toEqual([]);
  });

  it('says in the ledger that it was resumed', () => {
    const note = resumedNote('backbone:fold-1', [there], here);
    expect(note).toMatchObject({ item: 'backbone:fold-1', what: 'network', kind: 'warning' });
    expect(note.message).toContain('begun on 1 thread avx2 and went on on 2 threads avx512');
    expect(note.hint).toContain('--exact');
  });
});

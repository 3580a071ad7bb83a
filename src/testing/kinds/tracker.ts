import { join } from 'node:path';
import { rm } from '../../files/fs.ts';
import { temporaryFolder } from '../../files/temporary.ts';
import type { TrackContext, TrackRecord } from '../../registry/kinds/tracker.ts';
import { contractProblem } from '../../registry/resolve/steps/contracts/contract-form.ts';
import { schemaOf } from '../../registry/values/schema-type.ts';
import type { Case } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

/** A tracker that does not settle so long after it was told to stop would hold a run's end up, ms. */
const PATIENCE = 5000;

/** Sends a made-up run, with a network that is down and with one that hangs: nothing leaves this machine through `fetch`. */
export async function checkTracker({ component, findings, base, boundaries }: Subject<'tracker'>): Promise<void> {
  await findings.check('contract', (problem) => {
    const contract: unknown = component.contract(paramsOf(base));
    const wrong = contractProblem('tracker', contract);
    if (wrong !== null) return problem(wrong);
    const unknown = Object.keys(contract as object).find((field) => field !== 'server');
    if (unknown !== undefined) problem(`its contract gives ${unknown}; it may give server, or nothing: () => ({}).`);
    const { argument } = component;
    const field = argument === undefined ? undefined : schemaOf(component.params).properties?.[argument];
    if (field !== undefined && ![field, ...(field.anyOf ?? [])].some(({ type }) => type === 'string'))
      problem(`its argument, ${argument}, takes no text; --track ${component.name}=VALUE gives it one.`);
  });
  const sound = await findings.check('send: the network is down', async (problem) => {
    const down = () => Promise.reject(new TypeError('fetch failed'));
    for (const at of [base, ...boundaries])
      await inFolder(async (folder) => {
        const first = await delivery(at, { folder, fetch: down, state: null }, problem);
        // What was delivered may come once more: the answer to the first time may have been lost.
        if (first !== null) await delivery(at, { folder, fetch: down, state: first.state }, problem);
      });
  });
  if (!sound) return;
  await findings.check('send: the network hangs', async (problem) => {
    const hangs = (_: unknown, init?: RequestInit) =>
      new Promise<never>((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        if (init?.signal?.aborted) reject(init.signal.reason as Error);
      });
    await inFolder((folder) => delivery(base, { folder, fetch: hangs, state: null, abortsAfter: 20 }, problem));
  });

  async function delivery(
    at: Case,
    { folder, fetch, state, abortsAfter }: { folder: string; fetch: unknown; state: unknown; abortsAfter?: number },
    problem: Report,
  ): Promise<{ state: unknown } | null> {
    const abort = new AbortController();
    const context: TrackContext = {
      state,
      folder: join(folder, 'run'),
      workspace: folder,
      signal: abort.signal,
      parent: { name: 'sizes', kind: 'sweep', update: async (change) => plainJson(await change(null)) },
    };
    const own = globalThis.fetch;
    globalThis.fetch = fetch as typeof globalThis.fetch;
    const timers = [setTimeout(() => abort.abort(new Error('The time is over.')), abortsAfter ?? PATIENCE / 2)];
    const late = new Promise<'late'>((resolve) => timers.push(setTimeout(() => resolve('late'), PATIENCE)));
    try {
      const answer: unknown = component.send(deepFrozen(aRun(folder)), context, paramsOf(at));
      if (typeof (answer as PromiseLike<unknown> | null)?.then !== 'function') {
        problem(`send gives ${shown(answer)} with ${at.words}, and must give a promise of its next state.`);
        return null;
      }
      const settled = await Promise.race([
        Promise.resolve(answer).then(
          (next) => ({ next }),
          (error: unknown) => ({ error }),
        ),
        late,
      ]);
      if (settled === 'late') {
        problem(
          `it does not settle within ${PATIENCE / 1000} s with ${at.words}; give context.signal to what it waits for.`,
        );
        return null;
      }
      if ('error' in settled) {
        if (!(settled.error instanceof Error))
          problem(
            `it rejects with ${shown(settled.error)}, which is no Error; throw an IchorError that says what to do.`,
          );
        return null;
      }
      const kept = settled.next === undefined ? undefined : plainJson(settled.next);
      if (kept === undefined || JSON.stringify(kept) !== JSON.stringify(settled.next)) {
        problem(
          `it resolves with ${shown(settled.next)} with ${at.words}; a state is plain JSON, null where there is nothing to keep.`,
        );
        return null;
      }
      return { state: kept };
    } finally {
      for (const timer of timers) clearTimeout(timer);
      globalThis.fetch = own;
    }
  }
}

const plainJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

async function inFolder(work: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = await temporaryFolder('ichor-tracker-');
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every record once, as a run of a sweep has them. */
const aRun = (folder: string): TrackRecord[] => [
  {
    type: 'begin',
    time: 1_700_000_000_000,
    run: 'sizes.32-1',
    recipe: 'sizes.32',
    recipeHash: 'ab'.repeat(32),
    marks: ['SYNTHETIC'],
    seed: 0,
    dataSeed: 0,
    params: { 'backbone.type': 'small-cnn', 'train.backbone.batch': 32, 'data.limit': null, smoke: false },
    recipeText: 'recipe: 1\nname: sizes.32\n',
    parent: { name: 'sizes', kind: 'sweep', point: { 'data.image.size': 32 } },
    versions: { ichor: '0.2.0' },
    engine: { kind: 'wasm', version: '4.22.0' },
    resumes: null,
  },
  {
    type: 'scalars',
    time: 1_700_000_001_000,
    stage: 'backbone:fold-2',
    step: 12,
    epoch: 1,
    values: { train_loss: 0.5, validation_loss: 0.6, learning_rate: 1e-4 },
  },
  {
    type: 'figures',
    time: 1_700_000_002_000,
    model: 'backbone',
    side: 'validation',
    values: { 'mean-log-loss': 0.6, 'patient-f1 (truth: same-rule)': 0.5 },
  },
  {
    type: 'artifact',
    time: 1_700_000_003_000,
    path: join(folder, 'not-there.html'),
    name: 'report.html',
    holds: 'page',
    identifies: false,
  },
  { type: 'end', time: 1_700_000_004_000, state: 'done', error: null, marks: ['SYNTHETIC'] },
];

function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const each of Object.values(value)) deepFrozen(each);
  return Object.freeze(value);
}

/**
 * What the paper's best row takes on 1, 10 and 100 nodes: 752,803 slices, cross-fit embeddings of five folds, and a sweep of 25 points of
 * its sequence model. The jobs are those of `--on`, gone through by the driver's own state machine; what each takes is what was measured of
 * such work on one node of two cores (docs/performance.md). `node scripts/cluster-hours.mjs` prints the table of docs/clusters.md.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { builtIn } = await import('../plugins/index.ts');
const { createRegistry } = await import('../src/registry/registry.ts');
const { resolveRecipe } = await import('../src/registry/resolve/resolve.ts');
const { jobGraph } = await import('../src/runtime/jobs/graph.ts');
const { withRanges } = await import('../src/runtime/jobs/ranges.ts');
const { isOver, START, step, submitted } = await import('../src/runtime/jobs/state.ts');
const { stageCost } = await import('../src/runtime/plan/estimate.ts');
const { keyPlan } = await import('../src/runtime/plan/keys.ts');
const { planRecipe } = await import('../src/runtime/plan/plan.ts');

/** RSNA stage 2 (facts 2.3). */
const COUNTS = { slices: 752_803, labelled: 752_803, series: 21_744, patients: 18_938 };
const FILES = 874_035;
const POINTS = 25;
const NODES = [1, 10, 100];
/** Measured on one node, two threads: docs/performance.md. Seconds. */
const MEASURED = {
  /** 100,000 files: 17.9 s; once more, nothing changed: 1.94 s. */
  index: (17.9 / 100_000) * FILES,
  look: (1.94 / 100_000) * FILES,
  /** Index and shards of 324 slices: 1.35 s. */
  shards: (1.35 / 324) * COUNTS.slices,
  /** 6.79 pictures a second, training; 0.351 s for eight, embedded. */
  backbone: { training: 1 / 6.79, inference: 0.351 / 8 },
  /** 0.192 s for 32 series. */
  sequence: { training: 0.192 / 32, inference: 0.192 / 32 / 3 },
};
/** From the start of a process until it looks at the data. */
const START_SECONDS = 1;

const registry = createRegistry(builtIn);
const top = fileURLToPath(new URL('..', import.meta.url));
/** Nothing is there. */
const store = { find: async () => null };

async function pointPlans(ranges, until) {
  const plans = [];
  for (let point = 0; point < POINTS; point++) {
    const { recipe } = await resolveRecipe(join(top, 'recipes', 'inception-seq-aug.yaml'), {
      registry,
      cwd: top,
      set: ['train.sequence.embeddings={ crossfit: 5 }', `sequence.cells=${64 + 16 * point}`],
    });
    const engine = { kind: 'native', version: '0', precision: 'float32' };
    const keyed = keyPlan(planRecipe(recipe, registry), { fingerprint: 'rsna', engine });
    const stages = [];
    for (const instance of keyed) {
      const stage = {
        id: instance.id,
        stage: instance.stage.name,
        key: instance.key,
        reads: instance.reads,
        left: true,
        seconds: secondsOf(instance.id, recipe),
        bytes: 0,
        peakBytes: null,
      };
      stages.push(...(await withRanges(stage, instance, { ranges, store })));
      if (instance.id === until) break;
    }
    plans.push({ point: String(point), stages });
    if (until !== undefined) break;
  }
  return plans;
}

function secondsOf(id, recipe) {
  if (id === 'index') return MEASURED.index;
  if (id === 'shards') return MEASURED.shards;
  const { backbone, sequence } = MEASURED;
  const input = {
    recipe,
    registry,
    counts: COUNTS,
    engineKind: 'native',
    workers: 2,
    measured: { backbone, sequence },
  };
  return stageCost(id, input)?.seconds ?? 0;
}

/** Hours until all jobs have ended, on so many nodes that run one each. */
function hours(jobs, nodes) {
  const places = new Map(jobs.map(({ name }, place) => [name, place]));
  const graph = jobs.map(({ name, needs, until }) => ({
    name,
    needs: needs.map((need) => places.get(need)),
    isPoint: until === null,
  }));
  const policy = { retries: 0, dependencies: false, most: nodes, unseen: 0 };
  const running = new Map();
  const records = new Map();
  const made = new Set();
  let states = jobs.map(() => START);
  let now = 0;
  for (;;) {
    const listed = new Map([...running.keys()].map((place) => [place, { id: String(place), state: 'running' }]));
    const next = step(graph, states, { listed, records, made, ends: new Map() }, policy);
    states = next.states;
    if (isOver(states)) return now / 3600;
    for (const place of next.submit) {
      states = states.map((state, at) => (at === place ? submitted(state, String(place)) : state));
      running.set(place, now + START_SECONDS + MEASURED.look + jobs[place].estimate.seconds);
    }
    now = Math.min(...running.values());
    for (const [place, end] of running) {
      if (end > now) continue;
      running.delete(place);
      made.add(place);
      records.set(place, { id: String(place), end: 'done', error: null, run: null });
    }
  }
}

const text = (value) =>
  value < 1 ? `${Math.round(value * 60)} min` : `${value < 10 ? value.toFixed(1) : Math.round(value)} h`;
console.log(`|  | ranges | jobs | ${NODES.map((nodes) => `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`).join(' | ')} |`);
console.log(`| --- | --: | --: |${' --: |'.repeat(NODES.length)}`);
for (const [name, until] of [
  ['shards alone (`--until shards`)', 'shards'],
  ['all: six backbones, 25 points', undefined],
])
  for (const ranges of [1, 10, 100]) {
    const jobs = jobGraph(await pointPlans(ranges, until));
    console.log(
      `| ${name} | ${ranges} | ${jobs.length} | ${NODES.map((nodes) => text(hours(jobs, nodes))).join(' | ')} |`,
    );
  }

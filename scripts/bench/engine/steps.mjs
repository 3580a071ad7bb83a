// One case of `steps`: processes that take turns, a few steps each, while the others wait for a line.
import { setTimeout as pause } from 'node:timers/promises';
import { bfloat16 } from './machine.mjs';
import { gflops, ratioOf, summary, verdict } from './statistics.mjs';
import { timesText } from './table.mjs';
import { Worker, WorkerFailed } from './worker-process.mjs';

const NAMES = { ours: 'ichor', torch: 'PyTorch', keras: 'Keras' };
const WARM_UP = 2;
/** Threads of a library that has just worked still look for more of it: the next one's turn begins after that. */
const QUIET = 100;

/** Why a case of this precision says nothing on this machine; null where it does. */
function skipped({ workers }) {
  if (workers.ours.precision !== 'bfloat16' || bfloat16() !== null) return null;
  return 'skipped: this processor has neither AMX nor AVX512_BF16';
}

export async function timeSteps(own, { threads, rounds, steps = own.steps, peers, limits, say }) {
  const noted = (note) => ({ rows: own.rows.map(({ what }) => ({ what, note })), workers: {} });
  const why = skipped(own);
  if (why !== null) return noted(why);
  const workers = {};
  const absent = {};
  try {
    for (const [by, asked] of Object.entries(own.workers)) {
      if (by !== 'ours' && peers.absent) {
        absent[by] = peers.absent;
        continue;
      }
      say(`${NAMES[by]}: first step ...`);
      const worker = new Worker(by, { ...asked, threads }, peers);
      workers[by] = { worker, asked, rounds: [], cpu: [] };
      try {
        workers[by].first = await worker.ask();
        await worker.ask(String(WARM_UP));
      } catch (error) {
        // Without a peer ours is timed all the same; ours must not fail.
        if (by === 'ours' || !(error instanceof WorkerFailed)) throw error;
        absent[by] = error.message;
        await worker.end();
        delete workers[by];
      }
    }
    for (let round = 1; round <= rounds; round++) {
      const said = [];
      for (const [by, one] of Object.entries(workers)) {
        await pause(QUIET);
        const { times, cpu, rss } = await one.worker.ask(String(steps));
        one.rounds.push(times);
        one.cpu.push(cpu);
        one.rss = rss;
        said.push(`${NAMES[by]} ${summary(times).median.toFixed(0)} ms`);
      }
      say(`round ${round} of ${rounds}: ${said.join(', ')}`);
    }
    for (const [by, one] of Object.entries(workers)) {
      if (by !== 'ours') one.first.multiplyAdds = (await one.worker.ask('count')).multiplyAdds;
    }
  } finally {
    for (const { worker } of Object.values(workers)) await worker.end();
  }
  return result(own, workers, absent, limits);
}

function result(own, workers, absent, limits) {
  const found = {};
  for (const [by, { rounds, cpu, rss, first, asked }] of Object.entries(workers)) {
    found[by] = { ...summary(rounds.flat()), rounds, cpu: summary(cpu).median, rss, first, batch: asked.batch };
  }
  const { ours } = found;
  const { asked, first } = workers.ours;
  const rate = gflops({ multiplyAdds: first.multiplyAdds, ...asked }, ours.median);
  const limit = limits?.[asked.precision ?? 'float32']?.[own.limit ?? 'convolution'];
  const share = limit === undefined ? undefined : rate / limit;
  const barred = asked.precision !== 'bfloat16' || bfloat16() === 'amx';
  const rows = own.rows.map(({ what, peer, bar }) => {
    const row = { what, ours: timesText(ours), bar: barred ? bar : null, share };
    if (!found[peer]) return { ...row, note: `not compared: ${absent[peer]}` };
    const { ratio, rounds } = ratioOf(ours.rounds, found[peer].rounds);
    return { ...row, peer: timesText(found[peer]), figure: ratio, rounds, verdict: verdict(ratio, row.bar) };
  });
  if (own.memory) {
    const { what, peer, bar } = own.memory;
    const [figure, theirs] = [ours.rss / 1e9, found[peer]?.rss];
    rows.push({
      what,
      figure,
      unit: 'GB',
      bar,
      verdict: verdict(figure, bar),
      peer: theirs ? `${(theirs / 1e9).toFixed(2)} GB` : '',
    });
  }
  const versions = Object.assign({}, ...Object.values(found).map((one) => one.first.versions));
  return { rows, gflops: rate, workers: found, versions, models: models(own, found) };
}

/** That they are the same, or how far not. */
const models = (own, found) =>
  Object.entries(found).map(([by, { first }]) => [
    own.workers[by].network,
    NAMES[by],
    first.parameters.toLocaleString('en'),
    first.multiplyAdds ? `${(first.multiplyAdds / 1e9).toFixed(3)} · 10⁹` : 'not counted',
    String(own.workers[by].batch),
  ]);

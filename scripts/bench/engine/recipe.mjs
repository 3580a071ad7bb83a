// The whole backbone stage of a recipe on real data, against the bare steps that it is made of.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ROOT } from '../../script.mjs';
import { eventsOf, ichor, threadOptions, withStore } from './command.mjs';
import { median, verdict } from './statistics.mjs';
import { number } from './table.mjs';
import { Worker } from './worker-process.mjs';

const EPOCHS = 4;
const BATCH = 16;

export async function timeRecipe(own, { threads, say, steps = 2 }) {
  const { what, bar, network = 'inception-resnet-v2', size = 224 } = own;
  const name = `${what}: images a second of the whole stage by those of the bare steps`;
  const root = join(process.env.ICHOR_SHARED ?? resolve(ROOT, '..', 'shared'), 'data', 'rsna-sample');
  if (!existsSync(root)) return { rows: [{ what: name, note: 'skipped: no RSNA sample, set ICHOR_SHARED' }] };
  const bare = { network, size, batch: BATCH, training: true, clip: 10, reduction: 'sum-over-labels', threads };
  const train = [];
  const score = [];
  const worker = new Worker('ours', bare);
  // Before the stage and after it, so that a machine that slows down meanwhile counts for both.
  const timeBare = async () => {
    train.push(...(await worker.ask(String(steps))).times);
    score.push(...(await worker.ask(`score ${steps}`)).times);
    say(`bare steps: training ${number(median(train))} ms, validation ${number(median(score))} ms`);
  };
  return withStore(async (store) => {
    try {
      const { versions } = await worker.ask();
      await worker.ask('score 1');
      await timeBare();
      const args = ['run', 'recipes/rsna-sample.yaml', '--quiet', '--store', store, ...threadOptions(threads)];
      const settings = {
        'data.source.root': root,
        'data.image.size': size,
        'backbone.type': network,
        'train.backbone.epochs': EPOCHS,
        'train.backbone.batch': BATCH,
      };
      for (const [path, value] of Object.entries(settings)) args.push('--set', `${path}=${value}`);
      await ichor([...args, '--until', 'shards']);
      say(`${EPOCHS} epochs ...`);
      await ichor([...args, '--until', 'backbone']);
      const events = await eventsOf(store);
      const { key } = events.findLast(({ type, stage }) => type === 'stage-done' && stage === 'backbone');
      const { trainedSlices } = JSON.parse(
        await readFile(join(store, 'store', 'backbone', key, 'network.json'), 'utf8'),
      );
      await timeBare();
      const items = { train: trainedSlices, batch: BATCH };
      return {
        ...result(name, bar, events, items, { train: median(train), score: median(score) }),
        versions,
        bare: { train, score },
      };
    } finally {
      await worker.end();
    }
  });
}

/**
 * What the same images would take as bare steps, by what the stage took: all of it, from before its engine is ready to
 * its last checkpoint; and its epochs alone, their validation in them.
 * @param items `train`: images that an epoch trains on, the others of it validate; `batch`: of the bare steps.
 * @param step milliseconds of a bare step, `train` and `score`.
 */
export function result(what, bar, events, items, step) {
  const epochs = events.filter(({ type, stage, speed }) => type === 'epoch' && stage === 'backbone' && speed);
  const stage = events.find(({ type, stage }) => type === 'stage-done' && stage === 'backbone');
  if (!stage || epochs.length === 0) throw new Error('the run says no epoch of its backbone');
  let [bare, within] = [0, 0];
  let images = 0;
  for (const { speed } of epochs) {
    const all = Math.round(speed.slicesPerSecond * speed.seconds);
    images += all;
    within += speed.seconds;
    bare += (items.train * step.train + (all - items.train) * step.score) / items.batch / 1000;
  }
  const figure = bare / stage.seconds;
  const share = median(epochs.map(({ speed }) => speed.engineShare));
  return {
    rows: [
      {
        what,
        ours: `${number(images / stage.seconds)} images/s (${number(stage.seconds)} s)`,
        peer: `${number(images / bare)} images/s (${number(bare)} s)`,
        figure,
        bar,
        verdict: verdict(figure, bar),
      },
      {
        what: 'the same, its epochs alone',
        ours: `${number(images / within)} images/s (${number(within)} s); ${Math.round(100 * share)} % inside of the engine`,
        peer: `${number(images / bare)} images/s`,
        figure: bare / within,
        bar: null,
        verdict: verdict(bare / within, null),
      },
    ],
    seconds: { stage: stage.seconds, epochs: within, bare },
  };
}

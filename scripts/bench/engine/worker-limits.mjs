// What this machine can do at most, through the same engine: a chain of large matrix products and one of 3x3 convolutions.
// Answers on the descriptor 3: GFLOP/s of each repetition.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openEngine } from '../../../dist/src/runtime/engine/open.js';

const { threads, precision = 'float32' } = JSON.parse(process.argv[2]);
const say = (value) => writeSync(3, `${JSON.stringify(value)}\n`);
const engine = (await openEngine('native', undefined, threads)).as('graph', precision);
const { tf } = engine;
const CHAIN = 6;
const SIDE = 2048;
const [BATCH, PIXELS, CHANNELS] = [8, 56, 256];
const chains = {
  matmul: {
    input: [SIDE, SIDE],
    weight: [SIDE, SIDE],
    flop: 2 * SIDE ** 3,
    of: (x, weight) => tf.matMul(x, weight),
  },
  convolution: {
    input: [BATCH, PIXELS, PIXELS, CHANNELS],
    weight: [3, 3, CHANNELS, CHANNELS],
    flop: 2 * BATCH * PIXELS ** 2 * 9 * CHANNELS ** 2,
    of: (x, weight) => tf.conv2d(x, weight, 1, 'same'),
  },
};
const tensor = (shape, scale) => {
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
  // Neither infinite nor denormal at the end of a chain: each factor keeps the size of what goes in.
  for (let i = 0; i < data.length; i++) data[i] = (((i * 2654435761) % 1000) / 1000 - 0.5) * scale;
  return { shape, dtype: 'float32', data };
};
for (const chain of Object.values(chains)) {
  const fan = chain.weight.slice(0, -1).reduce((product, side) => product * side, 1);
  const weights = Array.from({ length: CHAIN }, (_, i) => [`w${i}`, tensor(chain.weight, Math.sqrt(12 / fan))]);
  const state = engine.state(Object.fromEntries(weights), 'inference');
  chain.step = engine.compile((state, { x }) => {
    let y = x;
    for (let i = 0; i < CHAIN; i++) y = chain.of(y, state[`w${i}`]);
    return { state: {}, outputs: { sum: tf.sum(y) } };
  }, state);
  chain.batch = { x: tensor(chain.input, 1) };
  await chain.step.run(chain.batch);
}
say({ ready: true });
for await (const line of createInterface(process.stdin)) {
  const found = {};
  for (const [name, { step, batch, flop }] of Object.entries(chains)) {
    found[name] = [];
    for (let i = 0; i < Number(line); i++) {
      const began = performance.now();
      await step.run(batch);
      found[name].push((CHAIN * flop) / (performance.now() - began) / 1e6);
    }
  }
  say(found);
}
process.exit(0);

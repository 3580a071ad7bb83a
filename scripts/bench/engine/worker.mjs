// One network on one engine, for timing in turn with others: node worker.mjs '{"network": …}'. For each line `N` on stdin it
// runs N steps and answers with their milliseconds, as JSON; it starts by answering with what its first step took.
import { createInterface } from 'node:readline';
import { openEngine } from '../../../dist/src/runtime/engine/open.js';
import { initialise } from '../../../dist/src/runtime/train/layers/initialise.js';
import { asState, emptySlots } from '../../../dist/src/runtime/train/names.js';
import { backboneNetwork, sequenceNetwork } from '../../../dist/src/runtime/train/network.js';
import { inferenceStep, trainStep } from '../../../dist/src/runtime/train/step.js';
import { builtIn } from './components.mjs';

const asked = JSON.parse(process.argv[2]);
const { network: name, batch, size = 224, steps = 60, width = 1536, training, mode = 'graph', clip = null } = asked;
const began = performance.now();
const engine = (await openEngine('native')).as(mode, asked.precision);
const opened = performance.now();
const { tf } = engine;
const sequence = name === 'bi-lstm' || name === 'bi-gru';
const { component, params } = builtIn(sequence ? 'sequence' : 'backbone', name, asked.params ?? {});
const network = sequence
  ? sequenceNetwork(component, params, { embedding: width })
  : backboneNetwork(component, params, { size, channels: 3 });
const loss = builtIn('loss', 'binary-cross-entropy', { reduction: 'mean-over-labels' });
const optimizer = builtIn('optimizer', 'adam', { learningRate: 1e-4, clipNorm: clip });
const weights = initialise(network.spec, 0);
const trainable = network.spec.weights.filter((one) => one.trainable).map((one) => one.name);
const pixels = (batch) => ({ images: tf.cast(batch.images, 'float32') });
const parts = { engine, network, batchNorm: 'trained', loss, optimizer, inputs: sequence ? (b) => b : pixels };
const state = engine.state(
  training ? { ...asState(weights), ...emptySlots(optimizer.component.slots, weights, trainable) } : asState(weights),
  training ? 'training' : 'inference',
);
const plain = (state, batch) => inferenceStep(engine, network, sequence ? 'logits' : 'embedding')(state, batch);
const step = engine.compile(training ? trainStep(parts) : sequence ? plain : (s, b) => plain(s, pixels(b)), state);

let random = 1;
const draw = () => {
  random = (random * 48271) % 2147483647;
  return random / 2147483647;
};
const inputs = sequence
  ? {
      embeddings: {
        shape: [batch, steps, width],
        dtype: 'float32',
        data: Float32Array.from({ length: batch * steps * width }, draw),
      },
      mask: { shape: [batch, steps], dtype: 'float32', data: new Float32Array(batch * steps).fill(1) },
    }
  : {
      images: {
        shape: [batch, size, size, 3],
        dtype: 'int32',
        data: Uint8Array.from({ length: batch * size * size * 3 }, () => draw() * 256),
      },
    };
const items = sequence ? batch * steps : batch;
const targets = {
  labels: {
    shape: [items, 6],
    dtype: 'float32',
    data: Float32Array.from({ length: items * 6 }, () => (draw() < 0.5 ? 1 : 0)),
  },
  weights: { shape: [items], dtype: 'float32', data: new Float32Array(items).fill(1) },
};
let count = 0;
async function once() {
  count += 1;
  const scalars = Object.entries(optimizer.component.scalars(count, optimizer.params)).map(([key, value]) => [
    `optimizer/${key}`,
    { shape: [], dtype: 'float32', data: Float32Array.of(value) },
  ]);
  const seed = { shape: [2], dtype: 'int32', data: Int32Array.of(count, 7) };
  return step.run(training ? { ...inputs, ...targets, ...Object.fromEntries(scalars), seed } : inputs);
}
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const first = performance.now();
const outputs = await once();
say({
  open: opened - began,
  first: performance.now() - first,
  loss: training ? outputs.loss.data[0] : undefined,
  rss: process.resourceUsage().maxRSS / 1024,
});
for await (const line of createInterface(process.stdin)) {
  const times = [];
  const before = process.cpuUsage();
  let last;
  for (let i = 0; i < Number(line); i++) {
    const start = performance.now();
    last = await once();
    times.push(performance.now() - start);
  }
  const used = process.cpuUsage(before);
  say({
    times,
    cpu: (used.user + used.system) / 1000 / Number(line),
    loss: last?.loss?.data[0],
    rss: process.resourceUsage().maxRSS / 1024,
  });
}

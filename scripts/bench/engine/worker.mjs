// One network on ichor's engine, for timing in turn with others: node worker.mjs '{"network": …}', answers as JSON on the
// descriptor 3. It starts by saying what its first step took. Then, for each line on stdin: `N` runs N steps, `score N`
// N of validation's over the same state, `trace` records the step once more and runs nothing.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openEngine } from '../../../dist/src/runtime/engine/open.js';
import { initialise } from '../../../dist/src/runtime/train/layers/initialise.js';
import { asState, emptySlots } from '../../../dist/src/runtime/train/names.js';
import { backboneNetwork, sequenceNetwork } from '../../../dist/src/runtime/train/network.js';
import { inferenceStep, scoreStep, trainStep } from '../../../dist/src/runtime/train/step.js';
import { builtIn } from './components.mjs';

const asked = JSON.parse(process.argv[2]);
const { network: name, batch, size = 224, steps = 60, width = 1536, training, threads } = asked;
const { mode = 'graph', precision = 'float32', clip = null, reduction = 'mean-over-labels' } = asked;
const say = (value) => writeSync(3, `${JSON.stringify({ ...value, rss: process.resourceUsage().maxRSS * 1024 })}\n`);

const engine = (await openEngine('native', undefined, threads)).as(mode, precision);
const opened = performance.now();
const { tf } = engine;
const sequence = name === 'bi-lstm' || name === 'bi-gru';
const { component, params } = builtIn(sequence ? 'sequence' : 'backbone', name, asked.params ?? {});
const network = sequence
  ? sequenceNetwork(component, params, { embedding: width })
  : backboneNetwork(component, params, { size, channels: 3 });
const loss = builtIn('loss', 'binary-cross-entropy', { reduction });
const optimizer = builtIn('optimizer', 'adam', { learningRate: 1e-4, clipNorm: clip });
const drawing = performance.now();
const weights = initialise(network.spec, 0);
const drawn = performance.now();
const trainable = network.spec.weights.filter((one) => one.trainable).map((one) => one.name);
const pixels = (batch) => ({ images: tf.cast(batch.images, 'float32') });
const parts = {
  engine,
  network,
  batchNorm: 'trained',
  loss: { component: loss.component, params: loss.params },
  optimizer,
  inputs: sequence ? (b) => b : pixels,
};
const state = engine.state(
  training ? { ...asState(weights), ...emptySlots(optimizer.component.slots, weights, trainable) } : asState(weights),
  training ? 'training' : 'inference',
);
const infer = inferenceStep(engine, network, sequence ? 'logits' : 'embedding');
const step = engine.compile(training ? trainStep(parts) : (state, batch) => infer(state, parts.inputs(batch)), state);
const score = engine.compile(scoreStep(parts), state);

let random = 1;
const draw = () => {
  random = (random * 48271) % 2147483647;
  return random / 2147483647;
};
const floats = (shape, value) => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, value),
});
const inputs = sequence
  ? { embeddings: floats([batch, steps, width], draw), mask: floats([batch, steps], () => 1) }
  : {
      images: {
        shape: [batch, size, size, 3],
        dtype: 'int32',
        data: Uint8Array.from({ length: batch * size * size * 3 }, () => draw() * 256),
      },
    };
const items = sequence ? batch * steps : batch;
const labels = floats([items, 6], () => (draw() < 0.5 ? 1 : 0));
const targets = { labels, weights: floats([items], () => 1) };

let count = 0;
function nextBatch() {
  if (!training) return inputs;
  count += 1;
  const scalars = Object.entries(optimizer.component.scalars(count, optimizer.params)).map(([key, value]) => [
    `optimizer/${key}`,
    floats([], () => value),
  ]);
  const seed = { shape: [2], dtype: 'int32', data: Int32Array.of(count, 7) };
  return { ...inputs, ...targets, ...Object.fromEntries(scalars), seed };
}
const forms = { '': () => step.run(nextBatch()), score: () => score.run({ ...inputs, labels }) };

const compiled = performance.now();
const outputs = await step.run(nextBatch());
const ended = performance.now();
say({
  drawing: drawn - drawing,
  stating: compiled - drawn,
  first: ended - compiled,
  sinceOpen: ended - opened,
  loss: outputs.loss?.data[0],
  parameters: network.spec.parameters.trainable,
  multiplyAdds: network.spec.multiplyAdds,
  versions: { 'TensorFlow of ichor': engine.version.replace(/^tensorflow /, '') },
});
for await (const line of createInterface(process.stdin)) {
  if (line === 'trace') {
    const began = performance.now();
    const why = step.trial(nextBatch());
    say({ trace: performance.now() - began, why });
    continue;
  }
  const [, form = '', number] = /^(?:(\w+) )?(\d+)$/.exec(line);
  const run = forms[form];
  const times = [];
  const before = process.cpuUsage();
  let last;
  for (let i = 0; i < Number(number); i++) {
    const start = performance.now();
    last = await run();
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  say({ times, cpu: (user + system) / 1000 / Number(number), loss: last?.loss?.data[0] });
}
process.exit(0);

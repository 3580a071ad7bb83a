import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import { type BackboneCommon, PIXEL_MODES } from '../../registry/kinds/backbone.ts';
import type { Params } from '../../registry/kinds/base.ts';
import type { Layers } from '../../registry/kinds/layers.ts';
import type { WeightNames } from '../../registry/kinds/weights.ts';
import { LIMITS } from '../../runtime/engine/limits.ts';
import { shapeLayers } from '../../runtime/train/layers/shapes.ts';
import type { Shape } from '../../runtime/train/layers/spec.ts';
import { tensorLayers } from '../../runtime/train/layers/tensors.ts';
import { backboneNetwork, describeBackbone } from '../../runtime/train/network.ts';
import { type Case, eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { checkGradients, checkRepeats, checkShape, forwardValues, movedWeights, upload } from '../network-run.ts';
import { layerOf, ownWeights } from '../own-weights.ts';
import { recordShapes, shapesDiffer } from '../record-shapes.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { distance, outside, shown } from '../words.ts';

const WEIGHTS = ['none', 'imagenet'];
const positive = (value: unknown) => Number.isInteger(value) && (value as number) > 0;

export async function checkBackbone(subject: Subject<'backbone'>): Promise<void> {
  const { component, findings, base, boundaries } = subject;
  const valid = await findings.check('contract', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => checkContract(component, at, problem));
  });
  if (!valid) return;
  const runs = await findings.check('shapes', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const { channels, minimumSize } = component.contract(paramsOf(at));
      for (const size of [minimumSize, minimumSize + 1, 2 * minimumSize]) {
        for (const count of channels === 'any' ? [1, 3] : [channels]) {
          try {
            const { weights } = describeBackbone(component, paramsOf(at), { size, channels: count });
            if (!ownWeights(weights).some(({ trainable }) => trainable))
              problem(`the network has no trainable weight with ${at.words}; a backbone is trained.`);
          } catch (error) {
            problem(
              `${(error as Error).message} This is with ${at.words}, ${count === 1 ? 'one channel' : `${count} channels`} of ${size} px; minimumSize is ${minimumSize}.`,
            );
          }
        }
      }
    });
  });
  if (!runs) return;
  if (component.names !== undefined) {
    await findings.check('names', (problem) => {
      for (const [library, names] of Object.entries(component.names ?? {})) {
        const wrong = namesProblem(subject, names);
        if (wrong !== null) problem(`${wrong} (names of ${library})`);
      }
    });
  }
  await checkOnEngine(subject);
}

/**
 * Another library's names: its parameters exist, and each layer with weights has a name of its own there, or none. Under
 * `folded` a batch norm shares its convolution's.
 */
function namesProblem({ component, base }: Subject<'backbone'>, names: WeightNames): string | null {
  if (!FORMS.includes(names.form)) return `form is ${shown(names.form)}; say one of ${FORMS.join(', ')}.`;
  const own: Params<TObject, BackboneCommon> = paramsOf(base);
  const unknown = Object.keys(names.needs ?? {}).filter((key) => !(key in own));
  if (unknown.length > 0) return `needs says ${unknown.join(', ')}, which is no parameter of the backbone.`;
  const params: typeof own = { ...own, ...names.needs };
  const { channels, minimumSize: size } = component.contract(params);
  const { weights } = describeBackbone(component, params, { size, channels: channels === 'any' ? 3 : channels });
  const seen = new Map<string, string>();
  for (const layer of new Set(ownWeights(weights).map(({ name }) => layerOf(name)))) {
    const theirs: unknown = names.layer(layer);
    if (theirs === null) continue;
    if (typeof theirs !== 'string' || theirs === '')
      return `the layer ${layer} is called ${shown(theirs)}; give the library's name, or null where it has none.`;
    const other = seen.get(theirs);
    const isNorm = weights.some(({ name }) => name === `${layer}/moving_variance`);
    if (other !== undefined && !(names.form === 'folded' && isNorm))
      return `the layers ${other} and ${layer} are both called ${theirs}; each has a name of its own.`;
    if (names.classifier.includes(theirs))
      return `the layer ${layer} is called ${theirs}, which classifier names as one that is left out.`;
    seen.set(theirs, layer);
  }
  return seen.size > 0 ? null : 'no layer has a name there; give `layer` the names of the network that it builds.';
}

const FORMS = ['torch', 'folded'];

function checkContract(component: Subject<'backbone'>['component'], at: Case, problem: Report): void {
  const { channels, minimumSize, pixels, embedding, weights, layout } = component.contract(paramsOf(at));
  const wrong = (sentence: string) => problem(`${sentence} (with ${at.words})`);
  if (channels !== 'any' && !positive(channels))
    wrong(`channels is ${shown(channels)}; say how many the network takes, or 'any'.`);
  if ((pixels === 'caffe' || pixels === 'torch') && channels !== 3)
    wrong(`pixels is '${pixels}', which is for three channels; say channels: 3, or another \`pixels\`.`);
  if (!positive(minimumSize))
    wrong(`minimumSize is ${shown(minimumSize)}; say the smallest side of an image in whole pixels.`);
  if (!PIXEL_MODES.includes(pixels)) wrong(`pixels is ${shown(pixels)}; say one of ${PIXEL_MODES.join(', ')}.`);
  if (layout !== undefined && layout !== 'channels-last')
    wrong(`layout is ${shown(layout)}; ichor makes pictures channels last only.`);
  if (!positive(embedding)) wrong(`embedding is ${shown(embedding)}; say the width of the pooled vector.`);
  if (!Array.isArray(weights) || !weights.includes('none') || weights.some((word) => !WEIGHTS.includes(word))) {
    wrong(`weights is ${shown(weights)}; name 'none', and what else is known of ${WEIGHTS.join(', ')}.`);
  }
}

async function checkOnEngine({ component, findings, small, bench }: Subject<'backbone'>): Promise<void> {
  const params = paramsOf(small);
  const { channels, minimumSize: size, embedding } = component.contract(params);
  const count = channels === 'any' ? 2 : channels;
  const on = await bench();
  const { spec } = backboneNetwork(component, params, { size, channels: count });
  const limit = LIMITS.wasm.parameters ?? 0;
  if (spec.parameters.total > limit || spec.multiplyAdds * BATCH > 1e9) {
    findings.skip(
      'values and gradients',
      `a network of ${spec.parameters.total} parameters and ${spec.multiplyAdds} multiply-adds an image takes long here: give \`small\` parameters.`,
    );
    return;
  }
  const own = { weights: ownWeights(spec.weights) };
  const weights = movedWeights(own, 1);
  const cells = size * size * count;
  // As `pixels` prepares them, in about -1 to 1.
  const images = Float32Array.from({ length: BATCH * cells }, (_, i) => ((i * 7919) % 256) / 127.5 - 1);
  const forward =
    (items: readonly number[]) =>
    (layers: Layers<Tensor>): Tensor => {
      const data = items.flatMap((item) => Array.from(images.subarray(item * cells, (item + 1) * cells)));
      return component.network(layers, on.tf.tensor4d(data, [items.length, size, size, count]), params);
    };
  const all = Array.from({ length: BATCH }, (_, item) => item);
  const sound = await findings.check('embedding', (problem) => {
    const { shape, values } = forwardValues({ bench: on, problem, weights }, forward(all));
    if (!checkShape(problem, shape, [BATCH, embedding], 'the embedding')) return;
    const bad = outside(values);
    if (bad !== undefined) problem(`the embedding holds ${shown(bad)}; each number must be finite.`);
    for (const item of all) {
      const alone = forwardValues({ bench: on, problem, weights }, forward([item])).values;
      if (distance(alone, values.subarray(item * embedding, (item + 1) * embedding)) > 1e-3) {
        problem(
          'an image has another embedding beside others than alone; in inference nothing may depend on the batch.',
        );
      }
    }
  });
  if (!sound) return;
  await findings.check('shapes: of each layer', (problem) => {
    const input: Shape = [BATCH, size, size, count];
    const planned = recordShapes(shapeLayers(component.name).layers);
    component.network(planned.layers, input, params);
    on.use(problem, () => {
      const options = {
        engine: on.engine,
        weights: upload(on, weights),
        training: false,
        batchNorm: 'frozen' as const,
        seed: null,
      };
      const seen = recordShapes(tensorLayers(options));
      forward(all)(seen.layers);
      for (const sentence of shapesDiffer(planned.shapes, seen.shapes)) problem(sentence);
    });
  });
  await findings.check('determinism', (problem) => {
    const run = () => forwardValues({ bench: on, problem, weights, mode: 'training' }, forward(all)).values;
    checkRepeats(problem, run(), run());
  });
  await findings.check('gradients', (problem) => {
    checkGradients({ bench: on, problem, weights }, own, forward(all));
  });
}

const BATCH = 3;

import type { Tensor } from '@tensorflow/tfjs';
import { LABELS } from '../../labels.ts';
import type { Layers } from '../../registry/kinds/layers.ts';
import { shapeLayers } from '../../runtime/train/layers/shapes.ts';
import { tensorLayers } from '../../runtime/train/layers/tensors.ts';
import { describeSequence, headsOf } from '../../runtime/train/network.ts';
import { POSITION_WIDTH } from '../../runtime/train/slice-vectors.ts';
import { eachCase } from '../boundaries.ts';
import { checkGradients, checkRepeats, checkShape, forwardValues, movedWeights, upload } from '../network-run.ts';
import { ownWeights } from '../own-weights.ts';
import { recordShapes, shapesDiffer } from '../record-shapes.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { distance, outside, shown } from '../words.ts';

/** Widths of what a network reads, and its steps, where the contract takes any. */
const WIDTHS = { embeddings: [12, 2048], logits: [LABELS.length], position: [POSITION_WIDTH] } as const;
const STEPS = 5;

export async function checkSequence({
  component,
  findings,
  base,
  small,
  boundaries,
  bench,
}: Subject<'sequence'>): Promise<void> {
  const valid = await findings.check('contract', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const { needs, width, gives, trains } = component.contract(paramsOf(at));
      if (!Object.hasOwn(WIDTHS, needs))
        problem(`its contract needs ${shown(needs)}; a sequence needs 'embeddings', 'logits' or 'position'.`);
      if (gives === 'logits' && width !== LABELS.length)
        problem(`its contract gives logits of width ${shown(width)}; there are ${LABELS.length} labels.`);
      if (trains === false && gives !== 'logits')
        problem('its contract trains nothing, and the layer that follows its features would; give logits.');
      if (!(Number.isInteger(width) && width > 0))
        problem(`its contract gives the width ${shown(width)} with ${at.words}; say how wide its features are.`);
    });
  });
  if (!valid) return;
  const runs = await findings.check('shapes', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const { embedding: only, needs, trains = true } = component.contract(paramsOf(at));
      for (const embedding of only === undefined ? WIDTHS[needs] : [only]) {
        try {
          const { weights } = describeSequence(component, paramsOf(at), { embedding });
          const trained = ownWeights(weights).some(({ trainable }) => trainable);
          if (trains && !trained)
            problem(
              `the network has no trainable weight with ${at.words}; give it some, or say trains: false in its contract.`,
            );
          if (!trains && trained)
            problem(`the network has trainable weights with ${at.words}, and its contract says trains: false.`);
        } catch (error) {
          problem(`${(error as Error).message} This is with ${at.words} and embeddings of ${embedding} numbers.`);
        }
      }
    });
  });
  if (!runs) return;
  const params = paramsOf(small);
  const { needs, width, steps: range, ...contract } = component.contract(params);
  const embedding = contract.embedding ?? WIDTHS[needs][0];
  const fewest = range?.minimum ?? 1;
  const longest = Math.max(fewest, Math.min(STEPS, range?.maximum ?? STEPS));
  /** Real steps of each series of the batch; the rest is padding. */
  const lengths = [longest, Math.max(fewest, longest - 2), fewest];
  const on = await bench();
  const spec = describeSequence(component, params, { embedding });
  const own = { weights: ownWeights(spec.weights) };
  const weights = movedWeights(own, 1);
  const vector = (series: number, step: number) =>
    Array.from({ length: embedding }, (_, i) => Math.sin(1 + series * 131 + step * 17 + i * 7));
  /** Series with this padding in the place of the steps that are none. */
  const forward =
    (series: readonly number[], steps: number, padding: number, both = false) =>
    (layers: Layers<Tensor>): Tensor => {
      const rows = series.flatMap((one) =>
        Array.from({ length: steps }, (_, step) =>
          step < lengths[one]! ? vector(one, step) : Array(embedding).fill(padding),
        ),
      );
      const mask = series.flatMap((one) => Array.from({ length: steps }, (_, step) => (step < lengths[one]! ? 1 : 0)));
      const given = component.network(
        layers,
        on.tf.tensor3d(rows.flat(), [series.length, steps, embedding]),
        on.tf.tensor2d(mask, [series.length, steps]),
        params,
      );
      const { features, auxiliary } = headsOf(given);
      // Both heads are read at once where gradients are taken.
      return auxiliary && both ? on.tf.concat([features, auxiliary.from], 2) : features;
    };
  const all = lengths.map((_, series) => series);
  const sound = await findings.check('features', (problem) => {
    const options = { bench: on, problem, weights };
    const { shape, values } = forwardValues(options, forward(all, longest, 0));
    if (!checkShape(problem, shape, [all.length, longest, width], 'what the network gives')) return;
    const bad = outside(values);
    if (bad !== undefined) problem(`the features hold ${shown(bad)}; each number must be finite.`);
    for (const series of all) {
      const real = lengths[series]! * width;
      const mine = values.subarray(series * longest * width, series * longest * width + real);
      const alone = forwardValues(options, forward([series], lengths[series]!, 0)).values;
      if (distance(mine, alone) > 1e-4) {
        problem(
          'a series comes out another way beside others and their padding than alone; honour the mask, and take nothing from the batch.',
        );
      }
      const noisy = forwardValues(options, forward(all, longest, 9)).values;
      if (distance(mine, noisy.subarray(series * longest * width, series * longest * width + real)) > 1e-4) {
        problem('what stands in masked steps changes the real ones; multiply by the mask before steps are mixed.');
      }
    }
  });
  if (!sound) return;
  await findings.check('shapes: of each layer', (problem) => {
    const planned = recordShapes(shapeLayers(component.name).layers);
    component.network(planned.layers, [all.length, longest, embedding], [all.length, longest], params);
    on.use(problem, () => {
      const options = {
        engine: on.engine,
        weights: upload(on, weights),
        training: false,
        batchNorm: 'frozen' as const,
        seed: null,
      };
      const seen = recordShapes(tensorLayers(options));
      forward(all, longest, 0)(seen.layers);
      for (const sentence of shapesDiffer(planned.shapes, seen.shapes)) problem(sentence);
    });
  });
  await findings.check('determinism', (problem) => {
    const run = () => forwardValues({ bench: on, problem, weights, mode: 'training' }, forward(all, longest, 0)).values;
    checkRepeats(problem, run(), run());
  });
  await findings.check('gradients', (problem) => {
    if (own.weights.length > 0) checkGradients({ bench: on, problem, weights }, own, forward(all, longest, 0, true));
  });
}

import type { Tensor } from '@tensorflow/tfjs';
import { stream } from '../../random.ts';
import type { Layers } from '../../registry/kinds/layers.ts';
import { describeWindows } from '../../runtime/train/channel-windows.ts';
import { shapeLayers } from '../../runtime/train/layers/shapes.ts';
import { scopedLayers } from '../../runtime/train/scoped-layers.ts';
import { type Case, eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { checkGradients, checkRepeats, checkShape, forwardValues, movedWeights } from '../network-run.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { outside, shown } from '../words.ts';

/** Air to metal, the ends of stored values, and what a rescale slope leaves between whole numbers. */
const HOUNSFIELD = [-32768, 65535, -1024.5, 0.25, 39.875, ...Array.from({ length: 6001 }, (_, i) => i - 3000)];
const SIZE = 8;

export async function checkWindow({ component, findings, base, boundaries, bench }: Subject<'window'>): Promise<void> {
  await findings.check('contract', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => checkRange(component, at, problem));
  });
  await findings.check('scale', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => scaleInRange(component, at, problem));
    const grey = new Set(HOUNSFIELD.map((hu) => component.scale(hu, paramsOf(base))));
    if (grey.size < 2)
      problem(`scale gives ${shown([...grey][0])} for every value of HU; a window that shows nothing teaches nothing.`);
  });
  await findings.check('determinism', (problem) => {
    const differs = HOUNSFIELD.find(
      (hu) => !Object.is(component.scale(hu, paramsOf(base)), component.scale(hu, paramsOf(base))),
    );
    if (differs !== undefined) {
      problem(
        `scale(${differs}) gives another value when it is called again; it is tabulated once a slice, so it must depend on hu and params alone.`,
      );
    }
  });
  if (!component.layer) return;
  const learned = (at: Case) => ({
    name: component.name,
    layer: <T>(layers: Layers<T>, channel: T) => component.layer!(layers, channel, paramsOf(at)),
  });
  const describe = (at: Case) => {
    const { layers, found } = shapeLayers(component.name);
    describeWindows(layers, [learned(at)], SIZE);
    return found;
  };
  const described = await findings.check('layer: shapes', (problem) => {
    for (const at of boundaries) describe(at);
    if (!describe(base).weights.some(({ trainable }) => trainable)) {
      problem('the layer has no trainable weight; a window that learns nothing needs no layer: do it all in scale.');
    }
  });
  if (!described) return;
  const on = await bench();
  const spec = describe(base);
  const scope = 'window_0';
  // Each grey level that a byte can hold, and both ends.
  const random = stream(0, 'ichor/testing');
  const pixels = Float32Array.from({ length: 4 * SIZE * SIZE }, (_, i) => (i < 256 ? i / 255 : random.uniform()));
  const forward =
    (at: Case) =>
    (layers: Layers<Tensor>): Tensor =>
      learned(at).layer(scopedLayers(layers, scope), on.tf.tensor4d(pixels, [4, SIZE, SIZE, 1]));
  await findings.check('layer: range', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const own = describe(at);
      // Several draws: one may happen to move every weight to the safe side.
      for (const [seed, by] of [[0, 0], ...[1, 2, 3, 4, 5, 6].map((seed) => [seed, seed])] as [number, number][]) {
        const weights = movedWeights(own, seed, by);
        const { shape, values } = forwardValues({ bench: on, problem, weights }, forward(at));
        if (!checkShape(problem, shape, [4, SIZE, SIZE, 1], 'what the layer gives')) return;
        const bad = outside(values, 0, 1);
        if (bad === undefined) continue;
        problem(
          `the layer gives ${shown(bad)} with ${at.words}${by === 0 ? '' : ` and weights up to ${by} away from their start`}; it must give 0 to 1 whatever its weights are (a sigmoid at its end does).`,
        );
      }
    });
  });
  await findings.check('layer: determinism', (problem) => {
    const run = () => forwardValues({ bench: on, problem, weights: movedWeights(spec, 1) }, forward(base)).values;
    checkRepeats(problem, run(), run());
  });
  await findings.check('layer: gradients', (problem) => {
    checkGradients({ bench: on, problem, weights: movedWeights(spec, 1) }, spec, forward(base));
  });
}

function scaleInRange(component: Subject<'window'>['component'], at: Case, problem: Report): void {
  for (const hu of HOUNSFIELD) {
    const grey = component.scale(hu, paramsOf(at));
    if (typeof grey === 'number' && grey >= 0 && grey <= 1) continue;
    problem(`scale(${hu}) gives ${shown(grey)} with ${at.words}; clip what it returns to 0..1.`);
    return;
  }
}

/** `hu`: it tells values apart between these ends and nowhere else. */
function checkRange(component: Subject<'window'>['component'], at: Case, problem: Report): void {
  const { hu, shown: part } = component.contract(paramsOf(at));
  if (hu === undefined) {
    if (part !== undefined)
      problem(`its contract says what part of hu is shown, and no hu, with ${at.words}; give both.`);
    return;
  }
  const [low, high] = hu;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    problem(`its contract says hu: ${shown(hu)} with ${at.words}; give two numbers, the lower first.`);
    return;
  }
  const grey = (value: number) => component.scale(value, paramsOf(at));
  // A grey level of a byte is 0.004.
  const differ = (a: number, b: number) => Math.abs(grey(a) - grey(b)) > 1e-3;
  if ([1, 1000].some((by) => differ(low - by, low) || differ(high, high + by))) {
    problem(
      `its contract says that it tells values apart from ${shown(low)} to ${shown(high)} HU, and it does so outside of them with ${at.words}; correct hu, or leave it out.`,
    );
  }
  if (!differ(low, high)) {
    problem(
      `its contract says that it tells values apart from ${shown(low)} to ${shown(high)} HU, and both ends have one grey value with ${at.words}; correct hu.`,
    );
  }
  if (part !== undefined) checkShown([low, high], part, grey, at, problem);
}

/** The network cuts a margin off by grey, so greys have to go evenly. */
function checkShown(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
  grey: (hu: number) => number,
  at: Case,
  problem: Report,
): void {
  if (!(low <= from && from < to && to <= high)) {
    problem(
      `its contract says that networks see ${shown(from)} to ${shown(to)} HU of ${shown(low)} to ${shown(high)} with ${at.words}; shown is a part of hu.`,
    );
    return;
  }
  const even = [0.1, 0.25, 0.5, 0.75, 0.9].every((share) => Math.abs(grey(low + share * (high - low)) - share) < 1e-3);
  if (!even)
    problem(
      `its contract shows a part of hu, and scale does not go evenly from 0 to 1 between its ends with ${at.words}; the network cuts the margin off by grey: leave shown out.`,
    );
}

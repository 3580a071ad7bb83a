import { describe, expect, it } from 'vitest';
import { defineBackbone, Type } from '../../../src/index.ts';
import { LIMITS } from '../../../src/runtime/engine/limits.ts';
import { heatMapStep, mapShape } from '../../../src/runtime/train/heat-map.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { asState } from '../../../src/runtime/train/names.ts';
import { type BackboneParams, backboneNetwork } from '../../../src/runtime/train/network.ts';
import { parameters } from '../../../src/testing/params.ts';
import { modes } from '../../engine.ts';
import references from '../../fixtures/keras-heat-maps.json' with { type: 'json' };
import { backbone, isSlow, networkOf } from '../../plugins/backbones/equal.ts';
import { formula, formulaWeights } from '../../plugins/backbones/formula.ts';

const { _source, ...ofKeras } = references;
/** The large ones take their time. */
const HERE = ['resnet-50', 'efficientnet-b0'];
const cases = Object.entries(ofKeras).map(([name, expected]) => ({ name, component: backbone(name), ...expected }));

/** Two images: that of the reference and its bytes backwards, so that what one shows must not leak into the other. */
function imagesOf(size: number) {
  const image = formula('image', size * size * 3, 0, 256).map(Math.floor);
  return Uint8Array.from([...image, ...[...image].reverse()]);
}

describe.each(await modes())('Grad-CAM, on $kind, $mode', ({ engine, kind }) => {
  const limit = LIMITS[kind].parameters ?? Number.POSITIVE_INFINITY;
  const built = cases
    .filter(({ name }) => isSlow || HERE.includes(name))
    .map((one) => ({ ...one, ...networkOf({ ...one, library: null, params: {} }, one.size) }));
  const fits = built.filter(({ network }) => network.spec.parameters.total < limit);

  it.each(fits)('$name: the maps of Keras’ gradient tape', async ({ component, size, shape, maps, network, all }) => {
    const found = mapShape(component, parameters(component) as unknown as BackboneParams, { size, channels: 3 });
    expect([found.height, found.width, 6]).toEqual(shape);
    const state = engine.state(asState(formulaWeights(all)), 'inference');
    const step = engine.compile(heatMapStep(engine, network, found), state);
    const images = { shape: [2, size, size, 3], dtype: 'int32', data: imagesOf(size) } as const;
    const given = (await step.run({ images })).maps;
    step.dispose();
    state.dispose();
    expect(given?.shape).toEqual([2, ...shape]);
    const values = Array.from(given?.data ?? []);
    const first = values.slice(0, maps.length);
    const furthest = Math.max(...first.map((value, i) => Math.abs(value - (maps[i] as number))));
    expect(furthest / Math.max(...maps)).toBeLessThan(1e-4);
    expect(values.slice(maps.length)).not.toEqual(first);
  });
});

describe('what has a map', () => {
  const flat = defineBackbone({
    name: 'acme/flat',
    version: 1,
    summary: 'No pool at its end.',
    params: Type.Object({}),
    contract: () => ({ channels: 'any', pixels: 'unit', embedding: 4, minimumSize: 8, weights: [] }),
    network: (layers, images) =>
      layers.dense(
        'last',
        layers.custom('flat', [images], { shape: () => [null, 192], apply: (tf, [x]) => tf.reshape(x!, [-1, 192]) }),
        { units: 4 },
      ),
  });

  it('is a backbone that pools one; another is refused by name', () => {
    const params = parameters(flat) as unknown as BackboneParams;
    expect(() => mapShape(flat, params, { size: 8, channels: 3 })).toThrow(/acme\/flat pools no map/);
    expect(initialise(backboneNetwork(flat, params, { size: 8, channels: 3 }).spec, 0)).toBeDefined();
  });
});

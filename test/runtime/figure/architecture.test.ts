import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import inceptionResnetV2 from '../../../plugins/backbones/inception-resnet-v2.ts';
import resnet50V2 from '../../../plugins/backbones/resnet-50-v2.ts';
import { openRegistry } from '../../../src/cli/registry.ts';
import { resolveRecipe, resolveText } from '../../../src/registry/resolve/resolve.ts';
import { architectureOf } from '../../../src/runtime/figure/architecture.ts';
import { architectureFigure } from '../../../src/runtime/figure/architecture-figure.ts';
import { backboneParts } from '../../../src/runtime/figure/backbone-parts.ts';

const whole = { weights: 'none', batchNorm: 'trained', width: 1, blocks: 1 } as const;
const image = { size: 224, channels: 3 };

async function architectureOfRecipe(name: string, set: string[] = []) {
  const recipes = join(import.meta.dirname, '../../../recipes');
  const { recipe, registry } = await resolveRecipe(join(recipes, `${name}.yaml`), {
    registry: openRegistry(),
    set,
    cwd: recipes,
  });
  return architectureOf(recipe!, registry);
}

describe('the parts of a backbone', () => {
  it('are those of Inception-ResNet-v2 at 224 px: Keras’ maps, blocks and parameters', () => {
    const parts = backboneParts(inceptionResnetV2, whole, image);
    // Keras at 224 px: 111 after the first convolution, 54, 25 (block35), 12 (block17), 5 (block8); facts 4.
    expect(parts.map(({ map }) => map?.[0] ?? null)).toEqual([111, 54, 25, 12, 5, null]);
    // Ten block35, twenty block17, ten block8, each a residual sum.
    expect(parts.map(({ words }) => words.add ?? 0)).toEqual([0, 0, 10, 20, 10, 0]);
    expect(parts.map(({ channels }) => channels)).toEqual([64, 192, 320, 1088, 2080, 1536]);
    // Keras without its top: 54,336,736, in 244 convolutions.
    expect(parts.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(54_336_736);
    expect(parts.reduce((sum, { words }) => sum + (words.conv ?? 0), 0)).toBe(244);
  });

  it('are those of ResNet-50 v2: zeros around a map make no part of their own', () => {
    const parts = backboneParts(resnet50V2, whole, image);
    expect(parts.map(({ map }) => map?.[0] ?? null)).toEqual([112, 56, 28, 14, 7, null]);
    expect(parts.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(23_564_800);
    // 3 + 4 + 6 + 3 blocks; a stage's last block halves the map, and its sum stands at the next size.
    expect(parts.reduce((sum, { words }) => sum + (words.add ?? 0), 0)).toBe(16);
  });
});

describe('the architecture of a recipe', () => {
  it('has the real counts of the paper’s best row', async () => {
    const { backbone, sequence, channels } = await architectureOfRecipe('inception-seq-aug');
    expect(channels.map(({ name }) => name)).toEqual(['brain', 'subdural', 'bone']);
    expect(backbone).toMatchObject({ width: 1536, predictions: 9222, parameters: { total: 54_345_958 } });
    // Facts 1.2: 5,250,054 on 1536.
    expect(sequence).toMatchObject({ steps: 60, predictions: 3078, parameters: { total: 5_250_054 } });
    expect(sequence?.layers.map(({ name }) => name)).toEqual(['bi_lstm_1', 'bi_lstm_2']);
  });

  it('follows what the recipe says', async () => {
    const { sequence, backbone } = await architectureOfRecipe('inception-seq-aug', [
      'sequence.layers=4',
      'backbone.width=0.25',
    ]);
    expect(sequence?.layers).toHaveLength(4);
    expect(backbone?.width).toBe(384);
  });

  it('of a row without sequence ends in the backbone’s own layer, one window repeated to three channels', async () => {
    const architecture = await architectureOfRecipe('resnet50-1w');
    expect(architecture).toMatchObject({ sequence: null, repeated: 3 });
    const svg = architectureFigure(architecture);
    expect(svg).toContain('its one channel is repeated to the 3 that the backbone takes');
    expect(svg).toContain('Dense layer on the embedding, 12,294 parameters');
  });

  it('says in words what the sequence reads, how it is padded, trained and split; what is usual or off is left out', async () => {
    const plain = architectureFigure(await architectureOfRecipe('inception-seq-aug'));
    for (const name of [
      'batchNorm',
      'layerNorm',
      'littleBrain',
      'rotateDegrees',
      'reversed',
      'bi_lstm',
      'JPEG',
      'Cross-fit',
    ])
      expect(plain).not.toContain(name);
    expect(plain).toContain('from ImageNet weights, batch norm frozen');
    expect(plain).toContain('bidirectional LSTM 1');
    const released = await architectureOfRecipe('as-released/inception-seq-aug');
    expect(released.sequence?.how).toEqual([
      'Along each patient: 60 steps in training, where longer ones are shortened to slices at regular intervals and shorter ones padded at the front with random vectors that the network reads as slices, in prediction too; all slices in prediction.',
      'The slices of the test set stand in the order of their ids, not of the head.',
      'Random vectors stand for the slices with little brain that the backbone did not train on.',
      'It trains and validates on a split of its own (by-patient), not on the backbone’s.',
    ]);
    const svg = architectureFigure(released);
    expect(svg).toContain('through a JPEG, which mixes its channels');
    expect(svg).toContain('Slices of which at most 2 % is brain do not train the backbone');
    const { sequence } = await architectureOfRecipe('controls/crossfit', [
      'sequence.features={ deltas: true, position: true }',
      'sequence.reversed=true',
      'sequence.layerNorm=true',
    ]);
    expect(sequence?.params).toMatch(/layer norm$/);
    expect(sequence?.how.slice(1)).toEqual([
      'Beside the vector of each slice stand its differences to the slices before and after, its place in the series.',
      'Cross-fit over 5 folds: each patient’s embeddings come from a backbone that did not see the patient’s labels, one of 5 like the one above.',
      'It predicts in both directions; the mean of the logits counts.',
    ]);
    // Deltas on both sides and one number for the place.
    expect(sequence?.reads).toBe(3 * 1536 + 1);
  });

  it('of a sequence that learns nothing says so, and nothing of steps, padding or weights that it has not', async () => {
    const architecture = await architectureOfRecipe('controls/neighbour-smoothing');
    const svg = architectureFigure(architecture);
    expect(architecture.sequence?.how).toEqual([
      'Along each series: all of its slices. It learns nothing: it is not trained.',
    ]);
    expect(svg).toContain('stated by the recipe: weights (0.6, 1.8, 0.6), over probabilities');
    expect(svg).toContain('Nothing here is learned.');
    expect(svg).toContain('The weighted mean of the backbone');
    expect(svg).toContain('>last slice</text>');
    expect(svg).not.toMatch(/60 steps|slice 60|padded|no weights|[^\d,]0 parameters/);
  });

  it('without a backbone starts with what a slice enters with: no arrow comes out of nothing', async () => {
    const svg = architectureFigure(await architectureOfRecipe('controls/position'));
    const before = svg.slice(0, svg.indexOf('<path'));
    expect(before).toContain('Of each slice its place in the series and how many slices there are, no picture');
    expect(svg).not.toContain('Maps are');
  });

  it('counts the backbones of a cross-fit’s folds, which it does not draw', async () => {
    const lines = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text).join(' ');
    const svg = architectureFigure(await architectureOfRecipe('controls/crossfit'));
    // One backbone of 54,345,958 drawn and five of the folds; the sequence model has 5,250,054.
    expect(lines(svg)).toContain('prediction layers: 59,596,012 parameters.');
    expect(lines(svg)).toContain('have 271,729,790 more: 331,325,802 in all.');
    expect(lines(architectureFigure(await architectureOfRecipe('inception-seq-noaug')))).not.toContain('folds');
  });

  it('has every backbone, each from the slice, and the width of their embeddings side by side', async () => {
    const architecture = await architectureOfRecipe('inception-seq-aug', ['sequence.backbones=[small-cnn]']);
    const widths = [architecture.backbone?.width, ...architecture.further.map(({ width }) => width)];
    expect(widths).toEqual([1536, 96]);
    expect(architecture.sequence?.reads).toBe(1632);
    const svg = architectureFigure(architecture);
    expect(svg).toContain('Backbone 1 of 2: inception-resnet-v2');
    expect(svg).toContain('Backbone 2 of 2: small-cnn');
    expect(svg).toContain('the embeddings that the 2 backbones made of it, side by side: 1,632 numbers');
  });

  it('escapes a name, says SMOKE, and is the same to the byte again', async () => {
    const architecture = { ...(await architectureOfRecipe('quickstart')), name: '<b>&"', marks: ['SMOKE'] };
    const svg = architectureFigure(architecture);
    expect(svg).not.toContain('<b>');
    expect(svg).toContain('SMOKE · &lt;b&gt;&amp;');
    expect(architectureFigure(architecture)).toBe(svg);
  });

  it('is that of any component: a network that no part of this file knows', async () => {
    const { recipe, registry } = await resolveText(
      `recipe: 1
name: small
data: { source: phantom, image: { size: 32 } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
augment: []
backbone: small-cnn
sequence: { type: bi-lstm, layers: 1, cells: 3, steps: 4 }
`,
      { registry: openRegistry() },
    );
    const { sequence, backbone } = architectureOf(recipe!, registry);
    // 2 directions x (kernel 96 x 12, recurrent 3 x 12, bias 12), by hand for an embedding of 96.
    expect(backbone?.width).toBe(96);
    expect(sequence?.layers).toEqual([{ name: 'bi_lstm_1', parameters: 2 * (96 * 12 + 3 * 12 + 12) }]);
  });
});

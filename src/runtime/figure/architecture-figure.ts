import { type Html, html } from '../report/html.ts';
import type { Architecture, BackboneFacts, SequenceFacts } from './architecture.ts';
import type { BackbonePart } from './backbone-parts.ts';
import { arrow, box, type Drawn, INKS, rectangle, svgDocument, type TextBlock, textBlock } from './svg.ts';
import { textWidth } from './text.ts';

const WIDTH = 960;
const MARGIN = 28;
const INNER = WIDTH - 2 * MARGIN;
const GAP = 26;
/** Parts of a backbone beside each other. */
const MOST_IN_A_ROW = 6;
/** Layers of a sequence that are drawn one by one. */
const MOST_LAYERS = 12;
const MIDDLE = WIDTH / 2;

const title = (text: string, size = 15): TextBlock => ({ text, style: { size, bold: true } });
const small = (text: string): TextBlock => ({ text, style: { size: 12 }, ink: INKS.muted });
const plain = (text: string): TextBlock => ({ text, style: { size: 12 } });
const number = (value: number) => value.toLocaleString('en-GB');
const many = (value: number, one: string, more = `${one}s`) => `${number(value)} ${value === 1 ? one : more}`;

/** The paper's figure 3 of a recipe: from the slice through the backbone and along the series to six outputs a slice. */
export function architectureFigure(architecture: Architecture): string {
  const { name, marks, backbone, further, sequence, image } = architecture;
  const parts: Html[] = [];
  let y = MARGIN;
  const put = ({ svg, height }: Drawn) => {
    parts.push(svg);
    y += height;
  };
  const down = () => {
    parts.push(arrow(MIDDLE, y + 3, MIDDLE, y + GAP - 3));
    y += GAP;
  };
  put(
    textBlock(
      [
        title([...marks, name].join(' · '), 20),
        small('Architecture, drawn from the resolved recipe; numbers are counted on its networks. Research software.'),
      ],
      { x: MARGIN, y, width: INNER },
    ),
  );
  y += 16;
  if (backbone !== null) {
    put(channelRow(architecture, y));
    down();
    put(
      centred(y, [
        plain(
          `A slice as the network is given it: ${image.size} × ${image.size} × ${architecture.channels.length}, resized ${RESIZED[image.interpolation] ?? image.interpolation}, ${image.storage === 'jpeg' ? 'through a JPEG, which mixes its channels' : 'as bytes'}`,
        ),
        ...(architecture.repeated
          ? [small(`its one channel is repeated to the ${architecture.repeated} that the backbone takes`)]
          : []),
      ]),
    );
    if (architecture.augment.length > 0) {
      down();
      put(centred(y, [small(`In training only: ${architecture.augment.join(', ')}`)], true));
    }
    const all = [backbone, ...further];
    const little = architecture.minBrainFraction;
    if (little !== null) {
      y += 8;
      put(
        centred(
          y,
          [small(`Slices of which at most ${number(100 * little)} % is brain do not train the backbone`)],
          true,
        ),
      );
    }
    all.forEach((one, i) => {
      // Backbones stand below each other, and all of them read the slice: no arrow leads from one to the next.
      if (i === 0) down();
      else y += 12;
      put(backboneBox(one, y, all.length === 1 ? '' : ` ${i + 1} of ${all.length}`, i > 0));
    });
  } else if (sequence !== null) {
    put(centred(y, [plain(`Of each slice ${needsInWords(sequence.needs, 0)}`)]));
  }
  down();
  put(sequence === null ? outputs(architecture, y) : sequenceBox(architecture, sequence, y));
  if (sequence !== null) {
    down();
    put(outputs(architecture, y));
  }
  y += 14;
  put(textBlock([small(totals(architecture))], { x: MARGIN, y, width: INNER }));
  const label = `Architecture of ${name}`;
  return svgDocument(WIDTH, y + MARGIN, [...marks, label].join(' · '), html`${parts}`);
}

function centred(y: number, blocks: readonly TextBlock[], dashed = false): Drawn {
  const width = Math.min(INNER, Math.max(360, ...blocks.map(({ text, style }) => textWidth(text, style) + 30)));
  return box({ x: MIDDLE - width / 2, y, width, blocks, align: 'middle', fill: INKS.faint, dashed });
}

/** The windows, each of which makes a channel; as many in a row as are readable. */
function channelRow({ channels }: Architecture, y: number): Drawn {
  const space = 14;
  const inRow = Math.min(channels.length, 4);
  const width = Math.min(280, (INNER - (inRow - 1) * space) / inRow);
  const rows: Drawn[] = [];
  let top = y;
  for (let from = 0; from < channels.length; from += inRow) {
    const row = channels.slice(from, from + inRow);
    const left = MIDDLE - (row.length * width + (row.length - 1) * space) / 2;
    const boxes = row.map(({ name, window }, i) =>
      box({ x: left + i * (width + space), y: top, width, blocks: [title(name, 13), small(window)], align: 'middle' }),
    );
    const height = Math.max(...boxes.map((one) => one.height));
    rows.push({ svg: html`${boxes.map(({ svg }) => svg)}`, height: height + 8 });
    top += height + 8;
  }
  return { svg: html`${rows.map(({ svg }) => svg)}`, height: top - y - 8 };
}

/** One column for each size of the map, the map's side as a square over it. */
function backboneBox(facts: BackboneFacts, y: number, place: string, further: boolean): Drawn {
  const { component, params, parts, width, parameters, windows, predictions } = facts;
  const head = textBlock(
    [
      title(`Backbone${place}: ${component}`),
      ...(further ? [small('reads the same slice; its embedding stands beside the first one’s')] : []),
      ...(params ? [small(params)] : []),
      ...(windows > 0 ? [small(`before it, learned windows: ${many(windows, 'parameter')}`)] : []),
    ],
    { x: MARGIN + 14, y: y + 12, width: INNER - 28 },
  );
  const drawn: Html[] = [head.svg];
  let top = y + 12 + head.height + 10;
  for (let from = 0; from < parts.length; from += MOST_IN_A_ROW) {
    const row = partRow(parts.slice(from, from + MOST_IN_A_ROW), parts, top);
    drawn.push(row.svg);
    top += row.height + 10;
  }
  const foot = textBlock(
    [
      plain(`Embedding: ${many(width, 'number')} a slice`),
      small(
        `Its own prediction layer, ${many(width, 'number')} to 6: ${many(predictions, 'parameter')}. Together ${many(parameters.total, 'parameter')}${parameters.nonTrainable > 0 ? `, ${number(parameters.nonTrainable)} of them running averages` : ''}.`,
      ),
    ],
    { x: MARGIN + 14, y: top, width: INNER - 28 },
  );
  drawn.push(foot.svg);
  const height = top + foot.height + 12 - y;
  const frame = rectangle({ x: MARGIN, y, width: INNER, height, fill: INKS.base, stroke: INKS.baseRule });
  return { svg: html`${frame}${drawn}`, height };
}

const SQUARE = 64;

function partRow(row: readonly BackbonePart[], all: readonly BackbonePart[], y: number): Drawn {
  const space = 20;
  const columns = Math.min(MOST_IN_A_ROW, all.length);
  const width = (INNER - 28 - (columns - 1) * space) / columns;
  const largest = Math.max(...all.map(({ map }) => map?.[0] ?? 0));
  const boxes = row.map((part, i) => {
    const x = MARGIN + 14 + i * (width + space);
    const side = part.map === null ? 8 : Math.max(10, SQUARE * Math.sqrt(part.map[0] / largest));
    const square = rectangle({
      x: x + width / 2 - side / 2,
      y: y + SQUARE - side,
      width: side,
      height: side,
      fill: '#fff',
      stroke: INKS.baseRule,
      radius: 2,
    });
    const text = box({ x, y: y + SQUARE + 8, width, blocks: partBlocks(part), align: 'middle', stroke: INKS.baseRule });
    const next =
      i < row.length - 1 ? arrow(x + width + 3, y + SQUARE + 40, x + width + space - 3, y + SQUARE + 40) : null;
    return { svg: html`${square}${text.svg}${next}`, height: SQUARE + 8 + text.height };
  });
  return { svg: html`${boxes.map(({ svg }) => svg)}`, height: Math.max(...boxes.map(({ height }) => height)) };
}

const RESIZED: Readonly<Record<string, string>> = {
  linear: 'from four neighbours (linear)',
  area: 'by area',
};

/** What the words of a network are called; those of other words are called by the word. */
const WORDS: Readonly<Record<string, readonly [one: string, more: string] | null>> = {
  conv: ['convolution', 'convolutions'],
  batchNorm: ['batch norm', 'batch norms'],
  add: ['residual sum', 'residual sums'],
  concat: ['join of branches', 'joins of branches'],
  dense: ['dense layer', 'dense layers'],
  maxPool: ['max pool', 'max pools'],
  averagePool: ['average pool', 'average pools'],
  globalAveragePool: ['global average pool', 'global average pools'],
  custom: ['custom layer', 'custom layers'],
  dropout: ['dropout', 'dropouts'],
  relu: null,
};

function partBlocks({ map, channels, words, parameters }: BackbonePart): TextBlock[] {
  const counted = Object.entries(words).flatMap(([word, times]) => {
    const name = WORDS[word];
    if (name === null) return [];
    return [name === undefined ? `${word} × ${times}` : many(times, ...name)];
  });
  return [
    title(map === null ? 'vectors' : `${map[0]} × ${map[1]}`, 13),
    plain(map === null ? `width ${number(channels)}` : `up to ${many(channels, 'channel')}`),
    ...counted.map(small),
    ...(parameters > 0 ? [plain(many(parameters, 'parameter'))] : []),
  ];
}

/** What a sequence reads of a slice. */
const NEEDS: Readonly<Record<string, (backbones: number) => string>> = {
  embeddings: (backbones) =>
    backbones === 1
      ? 'the embedding that the backbone made of it'
      : `the embeddings that the ${backbones} backbones made of it, side by side`,
  logits: () => 'what the backbone says of the six labels',
  position: () => 'its place in the series and how many slices there are, no picture',
};

const needsInWords = (needs: string, backbones: number): string => NEEDS[needs]?.(backbones) ?? needs;

/** Steps side by side, and over them the layers that read them all. */
function sequenceBox({ backbone, further }: Architecture, facts: SequenceFacts, y: number): Drawn {
  const { component, summary, trains, params, how, steps, layers, width, predictions, needs, reads } = facts;
  const left = MARGIN + 14;
  const inner = INNER - 28;
  // What a recipe states of a model that learns nothing could be taken for weights that it learned.
  const stated = params && (trains ? params : `stated by the recipe: ${params}`);
  const head = textBlock([title(`Sequence: ${component}`), ...(stated ? [small(stated)] : []), ...how.map(small)], {
    x: left,
    y: y + 12,
    width: inner,
  });
  let top = y + 12 + head.height + 10;
  const backbones = (backbone === null ? 0 : 1) + further.length;
  const names = trains ? stepNames(steps) : ['slice 1', 'slice 2', 'slice 3', '…', 'last slice'];
  const space = 16;
  const wide = (inner - (names.length - 1) * space) / names.length;
  const centre = (i: number) => left + i * (wide + space) + wide / 2;
  const stepRow = names.map((name, i) =>
    box({
      x: left + i * (wide + space),
      y: top,
      width: wide,
      blocks: [plain(name)],
      align: 'middle',
      stroke: INKS.sequenceRule,
    }),
  );
  const drawn: Html[] = [head.svg, ...stepRow.map(({ svg }) => svg)];
  top += Math.max(...stepRow.map(({ height }) => height));
  const arrows = () => {
    drawn.push(...names.map((_, i) => arrow(centre(i), top + 2, centre(i), top + 18)));
    top += 20;
  };
  const shown = layers.slice(0, MOST_LAYERS);
  const rest = layers.slice(MOST_LAYERS);
  const bars = [
    ...shown.map(({ name, parameters }) => [title(layerInWords(name), 13), plain(many(parameters, 'parameter'))]),
    ...(rest.length > 0
      ? [
          [
            plain(
              `and ${many(rest.length, 'layer')} more: ${many(
                rest.reduce((sum, one) => sum + one.parameters, 0),
                'parameter',
              )}`,
            ),
          ],
        ]
      : []),
    ...(layers.length === 0 ? [[plain(trains ? 'no layers of its own' : summary)]] : []),
    ...(predictions > 0
      ? [
          [
            title('dense layer on the six labels', 13),
            plain(`${many(width, 'number')} a slice to 6: ${many(predictions, 'parameter')}`),
          ],
        ]
      : []),
  ];
  for (const blocks of bars) {
    arrows();
    const bar = box({ x: left, y: top, width: inner, blocks, align: 'middle', stroke: INKS.sequenceRule });
    drawn.push(bar.svg);
    top += bar.height;
  }
  const foot = textBlock(
    [
      small(
        `A slice enters with ${needsInWords(needs, backbones)}: ${many(reads, 'number')}. ${trains ? `Together ${many(facts.parameters.total, 'parameter')}.` : 'Nothing here is learned.'}`,
      ),
    ],
    { x: left, y: top + 10, width: inner },
  );
  drawn.push(foot.svg);
  const height = top + 10 + foot.height + 12 - y;
  const frame = rectangle({ x: MARGIN, y, width: INNER, height, fill: INKS.sequence, stroke: INKS.sequenceRule });
  return { svg: html`${frame}${drawn}`, height };
}

/** `bi_lstm_1` is what a weight file calls it. */
const layerInWords = (name: string): string =>
  name === 'auxiliary'
    ? 'second head, in training only'
    : name.replace(/^bi_(lstm|gru)/, (_, cell: string) => `bidirectional ${cell.toUpperCase()}`).replaceAll('_', ' ');

/** The first ones and the last: there is no room for sixty. */
function stepNames(steps: number): string[] {
  if (steps <= 6) return Array.from({ length: Math.max(1, steps) }, (_, i) => `slice ${i + 1}`);
  return ['slice 1', 'slice 2', 'slice 3', '…', `slice ${steps - 1}`, `slice ${steps}`];
}

function outputs({ labels, backbone, sequence }: Architecture, y: number): Drawn {
  const layer =
    sequence === null && backbone !== null
      ? `Dense layer on the embedding, ${many(backbone.predictions, 'parameter')}. `
      : '';
  return box({
    x: MARGIN,
    y,
    width: INNER,
    align: 'middle',
    fill: INKS.faint,
    blocks: [title('Six sigmoid outputs for each slice'), plain(`${layer}${labels.join(', ')}`)],
  });
}

function totals({ backbone, further, sequence, folds }: Architecture): string {
  const sum = (all: readonly (BackboneFacts | SequenceFacts | null)[]) =>
    all.reduce((total, one) => total + (one?.parameters.total ?? 0), 0);
  const drawn = sum([backbone, ...further, sequence]);
  const ofFolds = folds * sum([backbone, ...further]);
  const more =
    ofFolds > 0
      ? ` The backbones of the ${folds} folds, which are trained for the sequence’s embeddings and not drawn, have ${number(ofFolds)} more: ${number(drawn + ofFolds)} in all.`
      : '';
  const maps = backbone === null ? '' : ' Maps are heights and widths; a part is what happens at one size of the map.';
  return `All networks drawn here, with their prediction layers: ${many(drawn, 'parameter')}.${more}${maps}`;
}

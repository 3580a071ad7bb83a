import type { Interpolation } from '../../images/resize.ts';
import type { Graph } from '../onnx/graph.ts';
import { type WindowForm, windowNodes } from './windows.ts';

const FLOAT = 1;
const INT64 = 7;
const DOUBLE = 11;

export interface PictureOptions {
  /** Of each channel, in the recipe's order. */
  windows: readonly WindowForm[];
  /** Side of the pictures, pixels. */
  size: number;
  interpolation: Interpolation;
}

/**
 * Slices in HU `[slices, rows, columns]` -> pictures `[slices, size, size, channels]`, float32 of whole numbers 0..255, as the
 * shards hold them (`src/runtime/images/resize.ts`): windows before the resize, sums of 64 bits kept in 32, rounded half to even.
 *
 * `linear` is ONNX's Resize with half_pixel and without antialias, written out: it reads four pixels for each of a picture, so these
 * are picked first and windowed then. As one operator its sums have 32 bits and its places are rounded otherwise: of pictures from
 * whole HU many sums are a half exactly, and up to 2.4 in ten thousand bytes were others (512 px to 64 and 256, onnxruntime 1.32).
 */
export function pictureNodes(graph: Graph, hu: string, { windows, size, interpolation }: PictureOptions): string {
  const shape = graph.node('Shape', [hu]);
  const side = (axis: number) => {
    const length = graph.node('Gather', [shape, graph.scalar('int64', axis)]);
    return { length, exact: graph.node('Cast', [length], { to: { int: DOUBLE } }) };
  };
  const [rows, columns] = [side(1), side(2)];
  const channels =
    interpolation === 'linear'
      ? linearChannels(graph, hu, { rows, columns, windows, size })
      : areaChannels(graph, hu, { rows, columns, windows, size });
  const bytes = channels.map((channel) => {
    const rounded = graph.node('Round', [graph.node('Cast', [channel], { to: { int: FLOAT } })]);
    const clipped = graph.node('Clip', [rounded, graph.scalar('float32', 0), graph.scalar('float32', 255)]);
    return graph.node('Unsqueeze', [clipped, graph.whole(-1)]);
  });
  return bytes.length === 1 ? (bytes[0] as string) : graph.node('Concat', bytes, { axis: { int: 3 } });
}

/** The length of an axis as int64 and as float64, single numbers. */
interface Side {
  length: string;
  exact: string;
}

interface Sides {
  rows: Side;
  columns: Side;
  windows: readonly WindowForm[];
  size: number;
}

/** 0, 1, … of an axis of the picture, float64 `[size]`. */
const places = (graph: Graph, size: number, shift = 0): string =>
  graph.constant(
    'float64',
    Array.from({ length: size }, (_, i) => i + shift),
  );

function linearChannels(graph: Graph, hu: string, { rows, columns, windows, size }: Sides): string[] {
  const down = graph.within('resize/rows', () => linearTaps(graph, rows, size));
  const across = graph.within('resize/columns', () => linearTaps(graph, columns, size));
  const pick = (from: string, places: string, axis: number) =>
    graph.node('Gather', [from, places], { axis: { int: axis } });
  const corners = graph.within('resize/corners', () =>
    [down.near, down.far].flatMap((row) => {
      const line = pick(hu, row, 1);
      return [across.near, across.far].map((column) =>
        graph.node('Cast', [pick(line, column, 2)], { to: { int: DOUBLE } }),
      );
    }),
  );
  return windows.map((form, channel) =>
    graph.within(`channel_${channel}`, () => {
      const [upperLeft, upperRight, lowerLeft, lowerRight] = corners.map((corner) => windowNodes(graph, corner, form));
      const weighted = (a: string, weightA: string, b: string, weightB: string) =>
        graph.node('Add', [graph.node('Mul', [weightA, a]), graph.node('Mul', [weightB, b])]);
      const column = (one: string) => graph.node('Unsqueeze', [one, graph.whole(1)]);
      const [up, low] = [column(down.weightNear), column(down.weightFar)];
      const here = weighted(upperLeft as string, up, lowerLeft as string, low);
      const beside = weighted(upperRight as string, up, lowerRight as string, low);
      return weighted(here, across.weightNear, beside, across.weightFar);
    }),
  );
}

/** Two places of the axis for each of the picture's, int64 `[size]`, and what they weigh, float64 `[size]`. */
function linearTaps(graph: Graph, { length, exact }: Side, size: number) {
  const scale = graph.node('Div', [exact, graph.scalar('float64', size)]);
  const centre = graph.node('Mul', [places(graph, size, 0.5), scale]);
  // The position is kept in 32 bits, as OpenCV does.
  const place = graph.node('Cast', [graph.node('Sub', [centre, graph.scalar('float64', 0.5)])], { to: { int: FLOAT } });
  const floor = graph.node('Floor', [place]);
  const left = graph.node('Cast', [floor], { to: { int: INT64 } });
  const last = graph.node('Sub', [length, graph.scalar('int64', 1)]);
  const within = (one: string) => graph.node('Min', [graph.node('Max', [one, graph.scalar('int64', 0)]), last]);
  const near = within(left);
  const far = within(graph.node('Add', [left, graph.scalar('int64', 1)]));
  // Beyond the edge both are the pixel at the edge.
  const alone = graph.node('Equal', [near, far]);
  const share = graph.node('Where', [alone, graph.scalar('float32', 0), graph.node('Sub', [place, floor])]);
  const weightFar = graph.node('Cast', [share], { to: { int: DOUBLE } });
  return { near, far, weightFar, weightNear: graph.node('Sub', [graph.scalar('float64', 1), weightFar]) };
}

/** The mean over the exact interval of each of the picture's pixels: two products with matrices of the slice's own size. */
function areaChannels(graph: Graph, hu: string, { rows, columns, windows, size }: Sides): string[] {
  const down = graph.within('resize/rows', () => areaWeights(graph, rows, size));
  const across = graph.within('resize/columns', () =>
    graph.node('Transpose', [areaWeights(graph, columns, size)], { perm: { ints: [1, 0] } }),
  );
  const exact = graph.node('Cast', [hu], { to: { int: DOUBLE } });
  return windows.map((form, channel) =>
    graph.within(`channel_${channel}`, () => {
      const lines = graph.node('MatMul', [down, windowNodes(graph, exact, form)]);
      return graph.node('MatMul', [lines, across]);
    }),
  );
}

/** `[size, length]` float64: the share of each pixel of the axis in each of the picture's. */
function areaWeights(graph: Graph, { length, exact }: Side, size: number): string {
  const scale = graph.node('Div', [exact, graph.scalar('float64', size)]);
  /** Edges that are whole numbers but for rounding count as such. */
  const snapped = (edge: string) => {
    const whole = graph.node('Round', [edge]);
    const off = graph.node('Abs', [graph.node('Sub', [edge, whole])]);
    return graph.node('Where', [graph.node('Less', [off, graph.scalar('float64', 1e-9)]), whole, edge]);
  };
  const column = (one: string) => graph.node('Unsqueeze', [one, graph.whole(1)]);
  const low = column(snapped(graph.node('Mul', [places(graph, size), scale])));
  const high = column(graph.node('Min', [snapped(graph.node('Mul', [places(graph, size, 1), scale])), exact]));
  const zero = graph.scalar('int64', 0);
  const pixel = graph.node('Cast', [graph.node('Range', [zero, length, graph.scalar('int64', 1)])], {
    to: { int: DOUBLE },
  });
  const next = graph.node('Add', [pixel, graph.scalar('float64', 1)]);
  const common = graph.node('Sub', [graph.node('Min', [high, next]), graph.node('Max', [low, pixel])]);
  const share = graph.node('Max', [common, graph.scalar('float64', 0)]);
  return graph.node('Div', [share, graph.node('Sub', [high, low])]);
}

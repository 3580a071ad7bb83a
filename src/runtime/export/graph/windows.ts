import type { Channel } from '../../images/windows.ts';
import type { Graph } from '../onnx/graph.ts';

/** Whole HU that files of 16 bits can hold. */
const LOWEST = -32768;
const HIGHEST = 32767;
/** Between whole HU a window that is no ramp is drawn straight: halves and quarters tell one. */
const BETWEEN = [0.25, 0.5] as const;
const ROUNDING = 1e-9;

/** A window as a graph can say it. */
export type WindowForm =
  /** Clipped and even, 0 at `from` and 1 at `to`. */
  | { type: 'ramp'; from: number; to: number }
  /** Its value at each whole HU from `first` on, straight between them, and beyond the ends as there. */
  | { type: 'table'; first: number; values: Float64Array };

/**
 * The form of any window, found by asking it: HU to 0..1 (`scale`). A clipped ramp, which `linear` is, is written as one; any
 * other as a table of its values at whole HU, which is exact where HU are whole numbers.
 */
export function windowForm({ scale }: Pick<Channel, 'scale'>): WindowForm {
  const at = (hu: number) => Math.min(1, Math.max(0, scale(hu)));
  const values = Float64Array.from({ length: HIGHEST - LOWEST + 1 }, (_, i) => at(LOWEST + i));
  const last = values.length - 1;
  let [low, high] = [0, last];
  const same = (a: number | undefined, b: number | undefined) => Math.abs((a as number) - (b as number)) <= ROUNDING;
  while (low < high && same(values[low + 1], values[0])) low++;
  while (high > low && same(values[high - 1], values[last])) high--;
  return rampOf(at, values, low, high) ?? { type: 'table', first: LOWEST + low, values: values.slice(low, high + 1) };
}

/** `low` and `high`: the last of the values that are 0 below, and the first of those that are 1 above. */
function rampOf(at: (hu: number) => number, values: Float64Array, low: number, high: number): WindowForm | null {
  if (values[0] !== 0 || values.at(-1) !== 1) return null;
  const ends = slopeOf(at, LOWEST + low, LOWEST + high);
  if (ends === null) return null;
  const ramp = (hu: number) => Math.min(1, Math.max(0, (hu - ends.from) / (ends.to - ends.from)));
  for (let hu = LOWEST + low - 1; hu <= LOWEST + high + 1; hu++)
    for (const share of [0, ...BETWEEN]) if (Math.abs(at(hu + share) - ramp(hu + share)) > ROUNDING) return null;
  return { type: 'ramp', ...ends };
}

/** Where the straight line through two points of the rise, a quarter from either end, is 0 and 1. */
function slopeOf(at: (hu: number) => number, low: number, high: number): { from: number; to: number } | null {
  const [one, other] = [low + (high - low) / 4, high - (high - low) / 4];
  const [a, b] = [at(one), at(other)];
  if (!(b > a)) return null;
  const width = (other - one) / (b - a);
  const from = tidy(one - a * width);
  return { from, to: tidy(from + width) };
}

/** What was stated with few digits comes back without the rounding of the way. */
const tidy = (hu: number): number => Math.round(hu * 1e6) / 1e6;

/**
 * Float64 of any shape in HU -> float64 0..255 of the same shape, as the table of a slice's stored values has it: reckoned in 64
 * bits, kept in 32.
 */
export function windowNodes(graph: Graph, hu: string, form: WindowForm): string {
  const share = form.type === 'ramp' ? rampNodes(graph, hu, form) : tableNodes(graph, hu, form);
  const grey = graph.node('Mul', [share, graph.scalar('float64', 255)]);
  return graph.node('Cast', [graph.node('Cast', [grey], { to: { int: FLOAT } })], { to: { int: DOUBLE } });
}

const FLOAT = 1;
const DOUBLE = 11;
const INT64 = 7;

function rampNodes(graph: Graph, hu: string, { from, to }: { from: number; to: number }): string {
  const above = graph.node('Sub', [hu, graph.scalar('float64', from)]);
  const share = graph.node('Div', [above, graph.scalar('float64', to - from)]);
  return graph.node('Clip', [share, graph.scalar('float64', 0), graph.scalar('float64', 1)]);
}

function tableNodes(graph: Graph, hu: string, { first, values }: { first: number; values: Float64Array }): string {
  const table = graph.constant('float64', Array.from(values));
  const last = values.length - 1;
  const place = graph.node('Sub', [hu, graph.scalar('float64', first)]);
  const within = graph.node('Clip', [place, graph.scalar('float64', 0), graph.scalar('float64', last)]);
  const below = graph.node('Floor', [within]);
  const share = graph.node('Sub', [within, below]);
  const at = (where: string) => graph.node('Gather', [table, graph.node('Cast', [where], { to: { int: INT64 } })]);
  const next = graph.node('Min', [
    graph.node('Add', [below, graph.scalar('float64', 1)]),
    graph.scalar('float64', last),
  ]);
  const low = at(below);
  const rise = graph.node('Sub', [at(next), low]);
  return graph.node('Add', [low, graph.node('Mul', [rise, share])]);
}

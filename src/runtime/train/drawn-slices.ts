import { IchorError } from '../../errors.ts';
import { stream } from '../../random.ts';
import type { SampledSlice } from '../../registry/kinds/sampler.ts';
import { drawnSlices, orderProblem } from '../../registry/sampled-order.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { Chosen } from './components.ts';

/** The slices of one epoch, in their order. */
export interface DrawnEpoch {
  /** Rows of the index. */
  rows: readonly number[];
  /** How often each of these rows came before in this epoch. */
  turns: readonly number[];
}

/** What a sampler makes of the slices that there are to learn from. */
export interface Sampling {
  /** Slices in each epoch. */
  items: number;
  /** Throws IchorError `sampler-order` where the sampler does not keep its contract, and what it throws itself. */
  epoch(epoch: number): DrawnEpoch;
}

/**
 * @param rows of the index, each with labels: at least one.
 */
export function sampling(
  { component, params }: Chosen<'sampler'>,
  { index, rows, seed }: { index: readonly SliceRow[]; rows: readonly number[]; seed: number },
): Sampling {
  const slices = rows.map((row) => sampledSlice(index[row]));
  const contract = component.contract(params);
  const draw = (epoch: number): DrawnEpoch => {
    // Uniform's order is what it was before there were samplers: the stream keeps its name.
    const random = stream(seed, 'backbone-order', epoch);
    const places = component.order(slices, { epoch, random }, params);
    const problem = orderProblem(places, slices, contract);
    if (problem !== null) throw brokenOrder(component.name, problem);
    const times = new Map<number, number>();
    const turns = places.map((place) => {
      const before = times.get(place) ?? 0;
      times.set(place, before + 1);
      return before;
    });
    return { rows: places.map((place) => rows[place] as number), turns };
  };
  let last: { epoch: number; drawn: DrawnEpoch } | null = null;
  return {
    items: drawnSlices(slices, contract),
    epoch(epoch) {
      // Batches of an epoch come one after the other.
      if (last?.epoch !== epoch) last = { epoch, drawn: draw(epoch) };
      return last.drawn;
    },
  };
}

/** What an epoch has as many slices as, in words. */
export const itemsDrawn = ({ component, params }: Chosen<'sampler'>): 'slices' | 'patients' =>
  component.contract(params).draws;

function sampledSlice(row: SliceRow | undefined): SampledSlice {
  if (row === undefined || row.labels === null) throw new TypeError('a slice to learn from has no labels');
  return { slice: row.slice, series: row.series, patient: row.group, labels: row.labels };
}

const brokenOrder = (name: string, problem: string): IchorError =>
  new IchorError(
    'sampler-order',
    `The sampler ${name} does not keep its contract: ${problem}.`,
    'Its author has to mend it: `testComponent` of ichor/testing says the same. Take another one meanwhile: `ichor list sampler`.',
    2,
  );

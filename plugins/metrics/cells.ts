import type { Times } from '../../src/index.ts';
import type { Confusion } from './called.ts';
import type { Group } from './groups.ts';

/** Calls strictly above the threshold, as by the patient rule, against the truth: counted for patients drawn so often. */
export function cellsOf({ scores, truths, patients, people }: Group, threshold: number): (times: Times) => Confusion {
  const empty = () => new Int32Array(people);
  const cells = { tp: empty(), fp: empty(), fn: empty(), tn: empty() };
  for (let i = 0; i < scores.length; i++) {
    const call = scores[i]! > threshold;
    const cell = truths[i]! === 1 ? (call ? cells.tp : cells.fn) : call ? cells.fp : cells.tn;
    cell[patients[i]!]! += 1;
  }
  const counted = (of: Int32Array, times: Times) => of.reduce((sum, one, place) => sum + one * times[place]!, 0);
  return (times) => ({
    tp: counted(cells.tp, times),
    fp: counted(cells.fp, times),
    fn: counted(cells.fn, times),
    tn: counted(cells.tn, times),
  });
}

import { stream } from '../../random.ts';
import type { Times } from '../../registry/kinds/metric.ts';

/**
 * Draws of as many patients as there are, with replacement: how often each was drawn, in the order of `patients`. The same
 * patients in whatever order get the same draws, so that recipes are compared on them.
 */
export function drawPatients(patients: readonly string[], seed: number): (draw: number) => Times {
  const sorted = patients.map((patient, place) => ({ patient, place })).sort(byName);
  const places = Int32Array.from(sorted, ({ place }) => place);
  return (draw) => {
    const random = stream(seed, 'bootstrap', draw);
    const times = new Int32Array(patients.length);
    for (let i = 0; i < places.length; i++) times[places[random.integer(places.length)]!]! += 1;
    return times;
  };
}

/** By code units, on every machine alike. */
const byName = (a: { patient: string }, b: { patient: string }) =>
  a.patient < b.patient ? -1 : a.patient > b.patient ? 1 : 0;

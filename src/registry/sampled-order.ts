import type { SampledSlice, SamplerPromises } from './kinds/sampler.ts';

/** How many slices an epoch has that a sampler with this contract draws. */
export const drawnSlices = (slices: readonly Pick<SampledSlice, 'patient'>[], { draws }: SamplerPromises): number =>
  draws === 'slices' ? slices.length : new Set(slices.map(({ patient }) => patient)).size;

/** What is wrong with the order that a sampler gave, as a clause; null where nothing is. */
export function orderProblem(
  places: unknown,
  slices: readonly SampledSlice[],
  contract: SamplerPromises,
): string | null {
  if (!Array.isArray(places)) return 'its order is no list';
  const wanted = drawnSlices(slices, contract);
  if (places.length !== wanted)
    return `its order has ${places.length} places, and with draws: ${contract.draws} it has to have ${wanted}`;
  const wrong = places.findIndex((place) => !Number.isInteger(place) || place < 0 || place >= slices.length);
  return wrong < 0 ? null : `place ${wrong} of its order is ${String(places[wrong])}, which is no place of a slice`;
}

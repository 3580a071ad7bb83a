import { cachedWeights } from '../weights/fetch.ts';
import type { Pretrained } from '../weights/pretrained.ts';
import { wantedOf } from '../weights/published.ts';
import type { Decision } from './states.ts';

/** What a run would load before it trains. */
export interface PlannedWeights {
  /** The instances that start from it. */
  instances: readonly string[];
  /** What enters their keys: `md5:…`. */
  identity: string;
  /** Where it would be fetched from; null: it is here. */
  fetch: { url: string; file: string; bytes: number | null } | null;
}

/** Of the backbones that have to be trained. No network is asked. */
export async function plannedWeights(
  decisions: readonly Decision[],
  weights: ReadonlyMap<string, Pretrained>,
): Promise<PlannedWeights[]> {
  const planned = new Map<string, PlannedWeights & { instances: string[] }>();
  for (const { instance, artifact } of decisions) {
    const own = weights.get(instance.id);
    if (own === undefined || artifact !== null) continue;
    const known = planned.get(own.identity);
    if (known) known.instances.push(instance.id);
    else planned.set(own.identity, { instances: [instance.id], identity: own.identity, fetch: await toFetch(own) });
  }
  return [...planned.values()];
}

async function toFetch({ place }: Pretrained): Promise<PlannedWeights['fetch']> {
  if (place.is !== 'published' || (await cachedWeights(place.source)) !== null) return null;
  const { url, file, bytes } = wantedOf(place.source);
  return { url, file, bytes };
}

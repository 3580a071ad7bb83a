import type { TObject } from 'typebox';
import type { Backbone, BackboneCommon } from './kinds/backbone.ts';
import type { Params } from './kinds/base.ts';
import type { PublishedWeights } from './kinds/weights.ts';

/**
 * The file of weights that a backbone with these parameters knows by this name; null where it knows none.
 * @param params complete: defaults and common fields included
 */
export function publishedOf<P extends TObject>(
  component: Pick<Backbone<P>, 'contract'>,
  params: Params<P, BackboneCommon>,
  name: string,
): PublishedWeights | null {
  const known: Readonly<Record<string, { file?: PublishedWeights } | undefined>> =
    component.contract(params).weightsFor ?? {};
  return (Object.hasOwn(known, name) ? known[name]?.file : undefined) ?? null;
}

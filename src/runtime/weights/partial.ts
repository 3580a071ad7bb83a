import { IchorError } from '../../errors.ts';
import { layersNamed, namesHint } from '../train/layer-names.ts';

/**
 * The layers that `partial:` names, of a network's in their order: by `layersNamed`.
 * @throws IchorError `weights-partial` where an item names none.
 */
export function partialLayers(items: readonly string[], layers: readonly string[], component: string): Set<string> {
  const named = new Set<string>();
  for (const item of items) {
    const { names, unknown } = layersNamed(item, layers);
    if (names === null)
      throw new IchorError(
        'weights-partial',
        `partial names ${item}, and ${component} has no layer of this name or in this order.`,
        namesHint(
          unknown,
          layers.map((layer) => `${layer}/`),
        ),
        2,
      );
    for (const layer of names) named.add(layer);
  }
  return named;
}

import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { resolveText } from '../../registry/resolve/resolve.ts';
import { choose } from '../train/components.ts';

/** A recipe that takes any augmentation: its window holds as far beyond itself as windows can. */
const TAKES_ALL = (names: readonly string[]) => `recipe: 1
name: every-augmentation
data: { source: phantom }
windows: { brain: { level: 40, width: 80, margin: 2 } }
channels: [brain]
augment: [${names.join(', ')}]
backbone: small-cnn
sequence: none
`;

/**
 * A recipe with each augmentation that is registered, with its defaults, as two recipes: those that look at the windows as they are, and
 * those that look beyond, over linear windows with the margin that they look at.
 */
export async function withEveryAugmentation(asked: ResolvedRecipe, registry: Registry): Promise<ResolvedRecipe[]> {
  const names = registry.all().flatMap(({ kind, name }) => (kind === 'augmentation' ? [name] : []));
  const { recipe } = await resolveText(TAKES_ALL(names), { registry });
  if (recipe === null) throw new TypeError('augmentations do not resolve with their defaults');
  const beyond = (value: ComponentValue): number => {
    const { component, params } = choose(registry, 'augmentation', value);
    return component.contract(params).beyondWindow ?? 0;
  };
  const margin = Math.max(0, ...recipe.augment.map(beyond));
  const widened = ([name, window]: [string, ComponentValue]): [string, ComponentValue] => [
    name,
    window.type === 'linear' && Number(window.margin ?? 0) < margin ? { ...window, margin } : window,
  ];
  const windows = Object.fromEntries(Object.entries(asked.windows).map(widened));
  return [
    { ...asked, augment: recipe.augment.filter((value) => beyond(value) === 0) },
    { ...asked, windows, augment: recipe.augment.filter((value) => beyond(value) > 0) },
  ];
}

import type { Kind } from '../kinds/kind.ts';
import { fieldsOf } from '../language/fields.ts';
import type { ComponentValue, ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';
import { type Difference, differences } from '../values/differences.ts';
import type { Plain } from '../values/value.ts';

/** A recipe and the components that it was resolved with. */
export interface RecipeOfRow {
  recipe: ResolvedRecipe;
  registry: Registry;
}

/**
 * Where two recipes differ in who validates, or in the truth about them: in source, seed and limit of the data, or in
 * the split of the model that is evaluated. What is made of the pictures (windows, size, storage), who trains the
 * backbone (minBrainFraction), and parameters that affect no patient and no label may differ.
 */
export function otherPatients(left: RecipeOfRow, right: RecipeOfRow): readonly Difference[] {
  // A split of the sequence model's own says who validates; else the backbone's does.
  const own = [left, right].some(({ recipe }) => splitOfSequence(recipe) !== 'same');
  const about = ({ recipe, registry }: RecipeOfRow): Plain => {
    const { seed, limit, source, series, split } = recipe.data;
    const stated = splitOfSequence(recipe);
    return {
      data: {
        source: sourceOf(source, registry),
        series: { choose: series.choose, rule: part('series-rule', series.rule, registry) },
        seed,
        limit: { labelled: limit?.labelled ?? null },
        ...(own ? {} : { split: part('split', split, registry) }),
      },
      ...(own ? { sequence: { split: stated === 'same' ? stated : part('split', stated, registry) } } : {}),
    };
  };
  return differences(about(left), about(right));
}

/** The split that the sequence model validates by. */
export const splitOfSequence = ({ sequence }: ResolvedRecipe): 'same' | ComponentValue =>
  sequence === 'none' || typeof sequence.split === 'string' || sequence.split === undefined
    ? 'same'
    : (sequence.split as ComponentValue);

/** Its folder is in no key, because its files are; two folders are two sets of data. */
function sourceOf(source: ComponentValue, registry: Registry): Plain {
  const shown = part('source', source, registry);
  return source.root === undefined ? shown : { ...shown, root: source.root as Plain };
}

function part(kind: Kind, value: ComponentValue, registry: Registry): { readonly [key: string]: Plain } {
  const component = registry.get(kind, value.type);
  const fields = component === undefined ? {} : fieldsOf(component);
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key]) => fields[key]?.affectsResult !== false && fields[key]?.affectsTruth !== false,
    ),
  ) as { readonly [key: string]: Plain };
}

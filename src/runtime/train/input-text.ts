import type { Backbone } from '../../registry/kinds/backbone.ts';
import { publishedOf } from '../../registry/published-of.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { weightsOrigin, weightsText } from '../../registry/weights-origin.ts';
import type { LoadedWeights } from '../artifacts/weights.ts';
import { choose } from './components.ts';
import { backboneOf, furtherBackbones } from './crossfit.ts';
import { PIXEL_WORDS } from './layers/pixels.ts';
import type { BackboneParams } from './network.ts';

const COLOURS = ['red', 'green', 'blue'];

/** What of the pictures goes into each backbone of a recipe and how, and what it starts from: a sentence each. */
export function inputSentences(recipe: ResolvedRecipe, registry: Registry): string[] {
  if (recipe.backbone === 'none') return [];
  return [recipe.backbone, ...furtherBackbones(recipe)].flatMap((_, place) => {
    const value = backboneOf(recipe, { place, fold: null });
    const { component, params } = choose(registry, 'backbone', value);
    const name = place === 0 ? `backbone ${value.type}` : `backbone ${place + 1}, ${value.type},`;
    const { pixels } = component.contract(params);
    return [
      `The ${name} takes ${channelsText(recipe, component, params)}; a byte x becomes ${PIXEL_WORDS[pixels]}.`,
      ...startText(name, component, params),
    ];
  });
}

function channelsText(recipe: ResolvedRecipe, component: Backbone, params: BackboneParams): string {
  const names = recipe.channels.map(({ window }) => window);
  const { channels } = component.contract(params);
  const colours = channels === 3 && weightsOrigin(params.weights) !== null;
  if (names.length === 1 && channels === 3) return `the window ${names[0]} three times`;
  if (!colours || (names.length !== 3 && !params.inputWeights)) return `the windows ${names.join(', ')} in this order`;
  if (names.length === 3) return names.map((name, place) => `${name} as ${COLOURS[place]}`).join(', ');
  return params.inputWeights === 'mean'
    ? `${names.join(', ')}, each with the mean of the kernels of red, green and blue`
    : names.map((name, place) => `${name} with the kernels of ${COLOURS[place % 3]}`).join(', ');
}

function startText(name: string, component: Backbone, params: BackboneParams): string[] {
  const origin = weightsOrigin(params.weights);
  if (origin === null) return [];
  const published = origin.from === 'name' ? publishedOf(component, params, origin.name) : null;
  const about = published === null ? '' : ` (${published.trainedOn})`;
  return [`The ${name} starts from the weights ${weightsText(params.weights)}${about}.`];
}

/** What was loaded: `896 of 896 tensors of …h5 (md5:d198…), names of keras`. */
export function loadedSentence(id: string, weights: LoadedWeights): string {
  const { from, file, identity, names, tensors, of, partial, leftOut, inputWeights, notes } = weights;
  const parts = [
    `${id} started from ${from}: ${tensors} of its ${of} tensors, out of ${file} (${identity}; names of ${names})`,
    ...(partial === null ? [] : [`only ${partial.join(', ')}, the other layers at random`]),
    ...(inputWeights === null ? [] : [`the kernels of three channels mapped to those of the recipe (${inputWeights})`]),
    ...(leftOut.length === 0 ? [] : [`left out, being behind the embedding: ${leftOut.join(', ')}`]),
    ...notes,
  ];
  return `${parts.join('; ')}.`;
}

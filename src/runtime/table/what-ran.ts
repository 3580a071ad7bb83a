import type { Weights } from '../../registry/kinds/weights.ts';
import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import { FULL } from '../../registry/table/language.ts';
import { weightsOrigin, weightsText } from '../../registry/weights-origin.ts';

/** The network that really ran, and on what: a name of the paper's says neither. */
export interface Ran {
  backbone: string;
  sequence: string;
  /** `64 × 64, 3 channels` */
  image: string;
  source: string;
  /** `full`, or the names of the profiles. */
  profile: string;
}

export function whatRan(recipe: ResolvedRecipe, profile: readonly string[]): Ran {
  const { size } = recipe.data.image;
  const channels = recipe.channels.map(({ window }) => window);
  return {
    backbone: network(recipe.backbone, ['width', 'blocks']) + oneTraining(recipe),
    sequence: network(recipe.sequence, ['layers', 'cells']),
    image: `${size} × ${size}, ${channels.join(' + ')}`,
    source: recipe.data.source.type,
    profile: profile.length === 0 ? FULL : profile.join(' + '),
  };
}

/** Seeds of such a row say nothing of its backbone: ` (one training, of seed 0)`. */
const oneTraining = ({ backbone, train }: ResolvedRecipe): string =>
  backbone === 'none' || train.backbone.seed === undefined ? '' : ` (one training, of seed ${train.backbone.seed})`;

/** `inception-resnet-v2, width 0.25, blocks 0.2, from scratch` */
function network(block: 'none' | ComponentValue, shown: readonly string[]): string {
  if (block === 'none') return 'none';
  const sizes = shown.flatMap((key) => (typeof block[key] === 'number' ? [`${key} ${block[key]}`] : []));
  const weights =
    block.weights === undefined
      ? []
      : [
          weightsOrigin(block.weights as Weights) === null
            ? 'from scratch'
            : `weights: ${weightsText(block.weights as Weights)}`,
        ];
  return [block.type, ...sizes, ...weights].join(', ');
}

/** In one line. */
export const ranText = ({ backbone, sequence, image, source, profile }: Ran): string =>
  [backbone, ...(sequence === 'none' ? [] : [sequence]), image, source, profileText(profile)].join('; ');

/** `profile ci`, in a sentence or a list. */
export const profileText = (profile: string): string => (profile === FULL ? 'no profile' : `profile ${profile}`);

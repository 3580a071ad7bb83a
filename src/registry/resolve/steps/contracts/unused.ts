import { endToEndUnread } from '../../../diagnostics/findings/end-to-end.ts';
import { hasNoWeights, trainsNothing } from '../../../diagnostics/findings/needs.ts';
import { at, type Path } from '../../../values/path.ts';
import type { Node } from '../../../values/value.ts';
import type { Rule } from './facts.ts';
import { stagesFit } from './stages.ts';

/**
 * `train.sequence` beside `sequence: none`: no stage reads it. Bases and defaults state it for all that extend them;
 * who writes it in the recipe itself, a profile, a sweep or on the command line expects an effect. A resolved recipe
 * states everything.
 */
export const trainingIsUsed: Rule = (facts) => {
  const { recipe, text } = facts;
  const model = facts.contract('sequence', 'sequence');
  const weightless = model?.trains === false ? model.name : null;
  // Both networks as one from the start: neither has a training of its own.
  const scratch = text('train', 'endToEnd', 'from') === 'scratch';
  const untrained = (['backbone', 'sequence'] as const).filter(
    (stage) => scratch || text(stage) === 'none' || (stage === 'sequence' && weightless !== null),
  );
  // A network that has to be there is missed already.
  if (untrained.length === 0 || stagesFit(facts).length > 0 || statesEverything(recipe)) return [];
  return untrained.flatMap((stage) => {
    const path: Path = ['train', stage];
    const block = at(recipe, path);
    const leaf = block && statedLeaf(block, path);
    const off = scratch ? at(recipe, ['train', 'endToEnd', 'from']) : at(recipe, [stage]);
    if (!leaf || isSwitchedOffOver(off, leaf.node)) return [];
    const { node, path: found } = topOf(recipe, path, leaf);
    if (scratch) return [endToEndUnread(node.key ?? node.place, found, stage)];
    const own = stage === 'sequence' ? weightless : null;
    return [
      own === null
        ? trainsNothing(node.key ?? node.place, found, stage, at(recipe, [stage])?.layer !== 'default')
        : hasNoWeights(node.key ?? node.place, found, own),
    ];
  });
};

/** Nothing in it is a default that was not asked for (with null): a resolved recipe, or a copy of one. */
function statesEverything(node: Node): boolean {
  if (node.layer === 'default' && node.shadowed === null) return false;
  if (node.kind === 'scalar') return true;
  if (node.kind === 'list') return node.items.every(statesEverything);
  // A resolved recipe has no `contrast`: a claim about the files beside the recipe.
  return [...node.entries].every(([key, child]) => key === 'contrast' || statesEverything(child));
}

interface Found {
  node: Node;
  path: Path;
}

/** The first value below that a person wrote for this recipe. */
function statedLeaf(node: Node, path: Path): Found | null {
  if (node.kind === 'map') {
    for (const [key, child] of node.entries) {
      const found = statedLeaf(child, [...path, key]);
      if (found) return found;
    }
    return null;
  }
  for (let one: Node | null = node; one; one = one.shadowed) if (isStated(one)) return { node: one, path };
  return null;
}

/** A point of a sweep, a row of a table or a command line that takes a network away leaves what the recipe says of it unread on purpose. */
const isSwitchedOffOver = (network: Node | undefined, training: Node): boolean =>
  (network?.layer === 'sweep' || network?.layer === 'command line') && training.layer !== network.layer;

const isStated = ({ layer, place }: Node): boolean =>
  layer === 'recipe' ||
  layer === 'sweep' ||
  layer === 'command line' ||
  (layer === 'profile' && !place.file.startsWith('--'));

/** The outermost block of the stage that stands in the leaf's own file: `sequence:` itself rather than its first value. */
function topOf(recipe: Node, stage: Path, leaf: Found): Found {
  for (let length = stage.length; length < leaf.path.length; length++) {
    const path = leaf.path.slice(0, length);
    const node = at(recipe, path);
    if (node && isStated(node) && node.key?.file === leaf.node.place.file) return { node, path };
  }
  return leaf;
}

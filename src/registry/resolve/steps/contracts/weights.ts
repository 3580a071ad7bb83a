import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import {
  frozenWithoutWeights,
  weightsInput,
  weightsNotLoadable,
  weightsUnknown,
} from '../../../diagnostics/findings/contracts.ts';
import { at, type Path } from '../../../values/path.ts';
import { backbonesOf } from './backbones.ts';
import type { Declared, Facts, Rule } from './facts.ts';

/** Weights that exist for this network and for the pictures that this recipe gives it. */
export const weightsFit: Rule = (facts) => backbonesOf(facts).flatMap((one) => weightsOf(facts, one));

function weightsOf(facts: Facts, { path, backbone }: { path: Path; backbone: Declared<'backbone'> }): Diagnostic[] {
  const at = [...path, 'weights'];
  const weights = facts.text(...at);
  if (weights === undefined) return [];
  const place = facts.place(...at);
  const known = backbone.weights.find((name) => name === weights);
  if (known === undefined) return [weightsUnknown(place, at, backbone.name, weights, backbone.weights)];
  if (known === 'none') {
    const norm = [...path, 'batchNorm'];
    return facts.text(...norm) === 'frozen' ? [frozenWithoutWeights(facts.place(...norm), norm)] : [];
  }
  const made = backbone.weightsFor?.[known];
  const has = {
    channels: backbone.channels === 'any' ? channelsOf(facts) : backbone.channels,
    size: facts.number('data', 'image', 'size'),
  };
  const other = (['channels', 'size'] as const).flatMap((what) => {
    const [wanted, found] = [made?.[what], has[what]];
    return wanted === undefined || found === undefined || wanted === found ? [] : [{ what, wanted, found }];
  });
  if (other.length > 0) return other.map((one) => weightsInput(place, at, backbone.name, known, one));
  return [weightsNotLoadable(place, at, weights)];
}

function channelsOf({ recipe, valid }: Facts): number | undefined {
  const channels = at(recipe, ['channels']);
  return channels?.kind === 'list' && valid(['channels']) ? channels.items.length : undefined;
}

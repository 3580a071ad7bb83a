import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import {
  frozenWithoutWeights,
  inputWeightsUnused,
  weightsFetched,
  weightsFetchedFrom,
  weightsInput,
  weightsNotLoadable,
  weightsOneOf,
  weightsUnknown,
} from '../../../diagnostics/findings/weights.ts';
import type { Weights, WeightsBlock } from '../../../kinds/weights.ts';
import { at, type Path } from '../../../values/path.ts';
import { sharedPlain } from '../../../values/shared-plain.ts';
import type { MapNode, Node } from '../../../values/value.ts';
import { type WeightsOrigin, weightsOrigin } from '../../../weights-origin.ts';
import { backbonesOf } from './backbones.ts';
import type { Declared, Facts, Rule } from './facts.ts';

type Backbone = Declared<'backbone'>;

/** Weights that exist for this network and for the pictures that this recipe gives it. No file is read. */
export const weightsFit: Rule = (facts) => backbonesOf(facts).flatMap((one) => weightsOf(facts, one));

function weightsOf(facts: Facts, { path, backbone }: { path: Path; backbone: Backbone }): Diagnostic[] {
  const where = [...path, 'weights'];
  const node = at(facts.recipe, where);
  if (node === undefined || !facts.valid(where)) return [];
  const form = node.kind === 'map' ? formProblem(node, where) : null;
  if (form !== null) return [form];
  const origin = weightsOrigin(sharedPlain(node) as unknown as Weights);
  if (origin === null) return withoutWeights(facts, path, backbone);
  const found =
    origin.from === 'name'
      ? namedOf(facts, where, node, backbone, origin)
      : origin.from === 'url'
        ? [weightsFetchedFrom(node.place, where, origin.url, origin.sha256)]
        : [];
  return [...found, ...inputUnused(facts, path, backbone)];
}

/** Of name, file, url with sha256, and run exactly one stands. */
function formProblem(node: MapNode, path: Path): Diagnostic | null {
  const block = sharedPlain(node) as unknown as WeightsBlock;
  const stated = (['name', 'file', 'url', 'run'] as const).filter((key) => block[key] !== undefined);
  const place = node.entries.get(stated[1] ?? 'sha256')?.key ?? node.key ?? node.place;
  if (stated.length !== 1) return weightsOneOf(place, path, stated);
  if ((block.url === undefined) !== (block.sha256 === undefined))
    return weightsOneOf(place, path, [...stated, 'sha256']);
  return null;
}

function withoutWeights(facts: Facts, path: Path, backbone: Backbone): Diagnostic[] {
  const norm = [...path, 'batchNorm'];
  const input = [...path, 'inputWeights'];
  // It also lets a network of three channels take two or four: a control from scratch states what its partner with weights does.
  const count = channelsOf(facts);
  const needed = backbone.channels === 3 && count !== undefined && count !== 1 && count !== 3;
  return [
    ...(facts.text(...norm) === 'frozen' ? [frozenWithoutWeights(facts.place(...norm), norm)] : []),
    ...(facts.text(...input) === undefined || needed
      ? []
      : [inputWeightsUnused(facts.place(...input), input, 'no weights')]),
  ];
}

function namedOf(
  facts: Facts,
  where: Path,
  node: Node,
  backbone: Backbone,
  { name }: WeightsOrigin & { from: 'name' },
): Diagnostic[] {
  const { place } = node;
  if (!backbone.weights.includes(name)) return [weightsUnknown(place, where, backbone.name, name, backbone.weights)];
  const made = backbone.weightsFor?.[name];
  const asked = facts.text(...where.slice(0, -1), 'inputWeights') !== undefined;
  const has = {
    channels: backbone.channels === 'any' && !asked ? channelsOf(facts) : undefined,
    size: facts.number('data', 'image', 'size'),
  };
  const other = (['channels', 'size'] as const).flatMap((what) => {
    const [wanted, found] = [made?.[what], has[what]];
    return wanted === undefined || found === undefined || wanted === found ? [] : [{ what, wanted, found }];
  });
  if (other.length > 0) return other.map((one) => weightsInput(place, where, backbone.name, name, one));
  return [made?.file ? weightsFetched(place, where, name, made.file) : weightsNotLoadable(place, where, name)];
}

/** What maps three channels to others is of no use for three, or for one that is repeated. */
function inputUnused(facts: Facts, path: Path, backbone: Backbone): Diagnostic[] {
  const input = [...path, 'inputWeights'];
  if (facts.text(...input) === undefined) return [];
  const count = channelsOf(facts);
  const same = count === 3 || (count === 1 && backbone.channels === 3);
  if (count === undefined || !same) return [];
  const why = count === 3 ? 'three channels' : 'one channel, which is repeated';
  return [inputWeightsUnused(facts.place(...input), input, why)];
}

function channelsOf({ recipe, valid }: Facts): number | undefined {
  const channels = at(recipe, ['channels']);
  return channels?.kind === 'list' && valid(['channels']) ? channels.items.length : undefined;
}

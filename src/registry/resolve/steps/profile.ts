import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { profileForm, profileReserved, profileTaken, unknownProfile } from '../../diagnostics/findings/profiles.ts';
import { LANGUAGE, PART } from '../../language/language.ts';
import { at } from '../../values/path.ts';
import { isNull, type MapNode, type Node, nodeOf, type Place, type Plain } from '../../values/value.ts';
import type { Loaded } from './load.ts';
import { merge } from './merge.ts';

/** Stands in the place of a file for what the built-in profile sets. */
export const SMOKE_FILE = '--smoke';
/** Stands in the place of a file for the names of profiles on the command line. */
export const PROFILE_FILE = '--profile';
export const SMOKE = 'smoke';

const TRAIN: Plain = { batch: 2, epochs: 1, stepsPerEpoch: 2 };
/** A smoke run's backbone starts at random: frozen statistics would be of no network. */
const JOINT: Plain = { batch: 2, epochs: 1, stepsPerEpoch: 2, slices: 4, batchNorm: 'trained' };

/** Labelled studies of a smoke run. */
export const SMOKE_LABELLED = 4;

/** The built-in profile: ordinary keys that make a run short, and a mark that stands in every output. */
const SMOKE_PART = {
  data: { limit: { labelled: SMOKE_LABELLED, unlabelled: 1 } },
  train: { backbone: TRAIN, sequence: TRAIN },
  backbone: { weights: 'none', batchNorm: 'trained' },
  smoke: true,
} satisfies { readonly [key: string]: Plain };

/** The profiles that a recipe and its bases state: of one name several, in the order of the files. */
export type Profiles = ReadonlyMap<string, readonly MapNode[]>;

export function profilesOf(files: Loaded['files'], findings: Diagnostic[]): Profiles {
  const profiles = new Map<string, MapNode[]>();
  for (const { node } of files) {
    const stated = node.entries.get('profiles');
    if (stated === undefined || isNull(stated)) continue;
    if (stated.kind !== 'map') findings.push(profileForm(stated.place, ['profiles']));
    for (const [name, part] of stated.kind === 'map' ? stated.entries : []) {
      if (isNull(part)) continue;
      if (name === SMOKE) findings.push(profileTaken(part.key ?? part.place, name));
      else if (part.kind !== 'map') findings.push(profileForm(part.place, ['profiles', name]));
      else profiles.set(name, [...(profiles.get(name) ?? []), partOf(part, name, findings)]);
    }
  }
  return profiles;
}

/** As a layer of its own; what says what a file is stands in no profile. */
function partOf(part: MapNode, name: string, findings: Diagnostic[]): MapNode {
  const entries = new Map<string, Node>();
  for (const [key, child] of part.entries) {
    const reserved = Object.hasOwn(LANGUAGE.fields, key) && !Object.hasOwn(PART.fields, key);
    if (reserved) findings.push(profileReserved(child.key ?? child.place, ['profiles', name, key], key));
    else entries.set(key, child);
  }
  return inLayer({ ...part, entries }) as MapNode;
}

function inLayer(node: Node): Node {
  if (node.kind === 'scalar') return { ...node, layer: 'profile' };
  if (node.kind === 'list') return { ...node, layer: 'profile', items: node.items.map(inLayer) };
  const entries = [...node.entries].map(([key, child]) => [key, inLayer(child)] as const);
  return { ...node, layer: 'profile', entries: new Map(entries) };
}

/** Step 4: the named profiles over the recipe, in their order. */
export function applyProfiles(
  recipe: Node,
  names: readonly string[],
  profiles: Profiles,
  findings: Diagnostic[],
): Node {
  return names.reduce((below, name, index) => {
    if (name === SMOKE) return applySmoke(below, findings);
    const parts = profiles.get(name);
    if (parts) return parts.reduce<Node>((node, part) => overlay(node, part, findings), below);
    const place: Place = { file: PROFILE_FILE, line: index + 1, column: 1 };
    findings.push(unknownProfile(place, name, [...profiles.keys(), SMOKE]));
    return below;
  }, recipe);
}

/** The recipe keeps its own place: it is what findings about the whole point to. */
const overlay = (recipe: Node, part: MapNode, findings: Diagnostic[]): Node =>
  merge(recipe, { ...part, place: recipe.place, key: recipe.key }, LANGUAGE, findings);

/** `backbone: none` has no weights to replace and stays; an end-to-end training is made short, and none is made of nothing. */
function applySmoke(recipe: Node, findings: Diagnostic[]): Node {
  const stated = at(recipe, ['train', 'endToEnd']);
  const both = stated && !isNull(stated) ? { train: { ...SMOKE_PART.train, endToEnd: JOINT } } : {};
  const smoke = { ...SMOKE_PART, ...both };
  const part = nodeOf(smoke, { file: SMOKE_FILE, line: 1, column: 1 }, 'profile') as MapNode;
  const backbone = recipe.kind === 'map' ? recipe.entries.get('backbone') : undefined;
  const entries = new Map([...part.entries].filter(([key]) => key !== 'backbone' || backbone?.kind === 'map'));
  return overlay(recipe, { ...part, entries }, findings);
}

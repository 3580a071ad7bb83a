import { seedOf } from '../../random.ts';
import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';

/** Folds where the recipe says no more than crossfit. */
const FOLDS = 5;

/** Of a smoke run, which keeps four studies. */
const SMOKE_FOLDS = 2;

/** In how many folds the patients of a recipe are dealt for its embeddings; null: embeddings are in-sample. */
export function foldsOf({ train, smoke }: Pick<ResolvedRecipe, 'train' | 'smoke'>): number | null {
  const { embeddings } = train.sequence;
  if (embeddings === 'in-sample' || embeddings === undefined) return null;
  if (smoke) return SMOKE_FOLDS;
  if (embeddings === 'crossfit') return FOLDS;
  return 'crossfit' in embeddings ? embeddings.crossfit : embeddings['in-sample'];
}

/** Whether each training patient's embeddings come from a fold's backbone that was trained on it. */
export const foldsSeePatients = ({ train }: Pick<ResolvedRecipe, 'train'>): boolean =>
  typeof train.sequence.embeddings === 'object' && 'in-sample' in train.sequence.embeddings;

/** The fold whose backbone has seen the patients of `fold`: that of fold n trains on all but fold n. */
export const seeingFold = (fold: number, folds: number): number => (fold % folds) + 1;

/** Orders patients at random, from a stream of its own. */
export const foldPlace = (seed: number, patient: string): string =>
  [...seedOf(seed, 'folds', patient)].map((word) => word.toString(16).padStart(8, '0')).join('');

/** The fold, from 1, of a patient without labels, whom no backbone trains on: drawn by itself. */
export const foldWithoutLabels = (seed: number, patient: string, folds: number): number =>
  ((seedOf(seed, 'fold', patient)[0] as number) % folds) + 1;

/** The backbones beside the first, in the order of the recipe. */
export const furtherBackbones = ({ sequence }: Pick<ResolvedRecipe, 'sequence'>): readonly ComponentValue[] =>
  sequence === 'none' ? [] : ((sequence.backbones as readonly ComponentValue[] | undefined) ?? []);

/** The backbone that an instance trains or embeds with, as the recipe states it. */
export function backboneOf(recipe: ResolvedRecipe, { place }: BackboneInstance): ComponentValue {
  const value = place === 0 ? recipe.backbone : furtherBackbones(recipe)[place - 1];
  if (value === undefined || value === 'none') throw new TypeError(`this recipe has no backbone ${place + 1}`);
  return value;
}

/** The instance of backbone, embed and sequence whose weights an end-to-end training starts from. */
export const TWO_STAGE = 'two-stage';

/** Whether an instance, by its id, only leads to the networks that a run ends up with: `backbone:two-stage`. */
export const isBeforeEndToEnd = (id: string): boolean => id.endsWith(`:${TWO_STAGE}`);

/**
 * What the key of an instance calls an instance that it reads. What comes before an end-to-end training is what the recipe without
 * that training makes, key by key, so its keys have the names that are there.
 */
export const nameInKey = (of: string, read: string): string =>
  isBeforeEndToEnd(of) && isBeforeEndToEnd(read) ? read.slice(0, -`:${TWO_STAGE}`.length) : read;

/** The other way round: the instance of a plan that the key of an instance calls so. */
export function readAs(of: string, name: string, plan: { has(id: string): boolean }): string {
  const own = `${name}:${TWO_STAGE}`;
  return isBeforeEndToEnd(of) && plan.has(own) ? own : name;
}

/** Which backbone an instance of backbone and embed is: `` the first (as is `two-stage`), `2`, `fold-3`, `2-fold-3`. */
export interface BackboneInstance {
  /** 0: the recipe's backbone; from 1: its place in `sequence.backbones`, plus one. */
  place: number;
  /** From 1; null: it trains on the whole training side. */
  fold: number | null;
}

export function instanceName({ place, fold }: BackboneInstance): string {
  return [place === 0 ? [] : [String(place + 1)], fold === null ? [] : [`fold-${fold}`]].flat().join('-');
}

export function parseInstance(name: string): BackboneInstance {
  if (name === TWO_STAGE) return { place: 0, fold: null };
  const found = /^(?:(\d+))?-?(?:fold-(\d+))?$/.exec(name);
  if (!found) throw new TypeError(`${name} names no backbone`);
  return {
    place: found[1] === undefined ? 0 : Number(found[1]) - 1,
    fold: found[2] === undefined ? null : Number(found[2]),
  };
}

/** The place of the backbone whose folds an instance of embed puts into one table (`crossfit`, `2-crossfit`); null: it runs a network. */
export function joinedPlace(name: string): number | null {
  const found = /^(?:(\d+)-)?crossfit$/.exec(name);
  if (!found) return null;
  return found[1] === undefined ? 0 : Number(found[1]) - 1;
}

/** `backbone`, `embed:2-fold-1`. */
export const instanceId = (stage: 'backbone' | 'embed', name: string): string =>
  name === '' ? stage : `${stage}:${name}`;

/** The embed instances that a sequence model of this recipe reads side by side; of the instance `two-stage` that of its own. */
export function embeddingIds(recipe: ResolvedRecipe, instance = ''): string[] {
  if (instance === TWO_STAGE) return [instanceId('embed', TWO_STAGE)];
  const further = furtherBackbones(recipe);
  const crossfit = foldsOf(recipe) !== null;
  return Array.from({ length: further.length + 1 }, (_, place) => {
    const name = instanceName({ place, fold: null });
    return instanceId('embed', crossfit ? [name, 'crossfit'].filter(Boolean).join('-') : name);
  });
}

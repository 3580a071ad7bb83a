import { createHash } from 'node:crypto';
import { IchorError } from '../../errors.ts';
import { resolveStated } from '../../files/stated-path.ts';
import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { Weights } from '../../registry/kinds/weights.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type WeightsOrigin, weightsOrigin } from '../../registry/weights-origin.ts';
import { hashFile } from '../download/hash-file.ts';
import type { Store } from '../store/store.ts';
import { choose } from '../train/components.ts';
import { hashText } from './assumed.ts';
import { filesOf } from './files-of.ts';
import { publishedOf, type WeightsSource } from './published.ts';

/** The weights that a backbone of a plan starts from: known, and not yet read. */
export interface Pretrained {
  origin: WeightsOrigin;
  /** What enters the key: `md5:…` or `sha256:…` of the file, or `backbone:` and the key of another run's. */
  identity: string;
  place:
    | { is: 'published'; source: WeightsSource; bytes: number | null }
    | { is: 'file'; path: string }
    /** `run`: the name that it had when it was looked up. */
    | { is: 'artifact'; folder: string; run: string };
}

/** Finds a run by its name, its folder, a tag or its recipe's name: `findRun` of src/runtime/runs, which reads weights itself. */
export type FindRun = (
  storeRoot: string,
  name: string,
) => Promise<{ record: { name: string; recipe: string; artifacts: Readonly<Record<string, { key: string }>> } }>;

export interface IdentifyOptions {
  registry: Registry;
  /** Relative paths start here. */
  workspace: string;
  store: Store;
  findRun: FindRun;
}

/** Null: random weights. Throws IchorError `weights-file-missing`, `unknown-run`, `run-without-backbone` (exit 2), `artifact-damaged`. */
export async function identifyWeights(value: ComponentValue, options: IdentifyOptions): Promise<Pretrained | null> {
  const origin = weightsOrigin(value.weights as Weights);
  if (origin === null) return null;
  const { registry, workspace, store, findRun } = options;
  switch (origin.from) {
    case 'name': {
      const source = sourceOf(registry, value, origin.name);
      return { origin, identity: hashText(source), place: { is: 'published', source, bytes: source.bytes } };
    }
    case 'url': {
      const source = { url: origin.url, sha256: origin.sha256 };
      return { origin, identity: hashText(source), place: { is: 'published', source, bytes: null } };
    }
    case 'file': {
      const path = resolveStated(origin.file, workspace);
      return { origin, identity: await identityOf(path), place: { is: 'file', path } };
    }
    case 'run': {
      const { record } = await findRun(store.root, origin.run);
      const backbone = record.artifacts.backbone;
      if (backbone === undefined) throw withoutBackbone(record.name);
      const found = await store.find('backbone', backbone.key);
      if (found === null) throw backboneGone(record.name, record.recipe);
      const { folder } = found;
      return { origin, identity: `backbone:${backbone.key}`, place: { is: 'artifact', folder, run: record.name } };
    }
  }
}

function sourceOf(registry: Registry, value: ComponentValue, name: string) {
  const { component, params } = choose(registry, 'backbone', value);
  const source = publishedOf(component as Backbone, params, name);
  if (source !== null) return source;
  // `check` says it before, with the line.
  throw new IchorError(
    'weights-not-loadable',
    `The backbone ${value.type} does not say where its ${name} weights are published.`,
    'Name a file of them: --set backbone.weights.file=PATH.',
    2,
  );
}

/** Of one file its SHA-256; of several that of theirs, in their order. */
async function hashOfFiles(paths: readonly string[]): Promise<string> {
  const hashes: string[] = [];
  for (const path of paths) hashes.push((await hashFile(path)).sha256);
  return hashes.length === 1 ? (hashes[0] as string) : createHash('sha256').update(hashes.join('\n')).digest('hex');
}

const identityOf = async (path: string): Promise<string> => `sha256:${await hashOfFiles(await filesOf(path))}`;

/**
 * Hours of other stages may lie between the key and the training: what is loaded has to be what the key says.
 * Throws IchorError `weights-file-changed`.
 */
export async function assertUnchanged({ place, identity }: Pretrained): Promise<void> {
  if (place.is !== 'file' || (await identityOf(place.path)) === identity) return;
  throw new IchorError(
    'weights-file-changed',
    `${place.path} was changed while the run went on: it is not the file any more whose hash is in the key of what is trained from it.`,
    'Run the same command again: it takes the file as it is now, and what was made before the training is recalled.',
  );
}

const withoutBackbone = (run: string): IchorError =>
  new IchorError(
    'run-without-backbone',
    `The run ${run} trained no backbone, so that no weights can be taken from it.`,
    'Name a run of a recipe with a backbone that got as far as its training: `ichor runs list`.',
    2,
  );

const backboneGone = (run: string, recipe: string): IchorError =>
  new IchorError(
    'run-without-backbone',
    `The backbone that the run ${run} trained is not in the store any more.`,
    `Run the recipe ${recipe} again, then this one; or name another run: \`ichor runs list\`.`,
    2,
  );

import type { PublishedWeights } from '../../kinds/weights.ts';
import { formatPath, type Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { either, finding } from './finding.ts';

export const weightsUnknown = (
  place: Place,
  path: Path,
  backbone: string,
  weights: string,
  known: readonly string[],
): Diagnostic =>
  finding(
    'error',
    'weights-unknown',
    place,
    path,
    `There are no ${weights} weights for ${backbone}.`,
    `backbone.weights: ${either(known)}`,
  );

/** `ichor check` warns of it, and a run does not start. */
export const weightsNotLoadable = (place: Place, path: Path, weights: string): Diagnostic =>
  finding(
    'warning',
    'weights-not-loadable',
    place,
    path,
    `The backbone does not say where its ${weights} weights are published, so that this recipe does not run as it stands.`,
    `With a file of them: --set ${formatPath(path)}.file=PATH. From scratch: --set ${formatPath(path)}=none --set ${formatPath([...path.slice(0, -1), 'batchNorm'])}=trained`,
  );

/** What a run fetches once: said before it does. */
export const weightsFetched = (place: Place, path: Path, name: string, file: PublishedWeights): Diagnostic =>
  finding(
    'note',
    'weights-fetched',
    place,
    path,
    `The ${name} weights are a file of ${megabytes(file.bytes)} MB (${file.licence}), which a run fetches once: ${file.url}`,
    'Before, or for a machine without network: `ichor weights get BACKBONE`, `ichor weights add FILE`.',
  );

/** The same of a file that a recipe names by its address: nobody says how large it is. */
export const weightsFetchedFrom = (place: Place, path: Path, url: string, sha256: string): Diagnostic =>
  finding(
    'note',
    'weights-fetched',
    place,
    path,
    `The weights are a file whose size is not stated, which a run fetches once: ${withoutSecrets(url)}`,
    `Before, or for a machine without network: \`ichor weights get --recipe FILE\`, \`ichor weights add FILE --sha256 ${sha256}\`.`,
  );

/** A password or a query may be secret. */
function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

/** `stated`: the keys that stand there. */
export function weightsOneOf(place: Place, path: Path, stated: readonly string[]): Diagnostic {
  const both = stated.includes('sha256');
  const message = both
    ? `${formatPath(path)} names ${stated.includes('url') ? 'an address' : 'a hash'} without ${stated.includes('url') ? 'the hash of its file' : 'the address that it belongs to'}.`
    : stated.length === 0
      ? `${formatPath(path)} does not say where the weights come from.`
      : `${formatPath(path)} names several places for one set of weights: ${stated.join(', ')}.`;
  return finding(
    'error',
    'weights-one-of',
    place,
    path,
    message,
    'One of { name: imagenet }, { file: PATH }, { url: ADDRESS, sha256: HASH }, { run: NAME }.',
  );
}

export const inputWeightsUnused = (place: Place, path: Path, why: string): Diagnostic =>
  finding(
    'warning',
    'input-weights-unused',
    place,
    path,
    `inputWeights changes nothing here: the network has ${why}.`,
    'Take it out: it maps weights for three channels to another number of them.',
  );

export const frozenWithoutWeights = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'frozen-without-weights',
    place,
    path,
    'batchNorm: frozen keeps the statistics of loaded weights, and weights: none loads none: on random weights the network ' +
      'is dead (its embeddings differ between images by 0.0002, against 0.1 with batch statistics).',
    'batchNorm: trained, or weights: imagenet',
  );

/** What the recipe gives is not what the weights were made for. */
export const weightsInput = (
  place: Place,
  path: Path,
  backbone: string,
  weights: string,
  { what, wanted, found }: { what: 'channels' | 'size'; wanted: number; found: number },
): Diagnostic =>
  finding(
    'error',
    'weights-input',
    place,
    path,
    what === 'channels'
      ? `The ${weights} weights of ${backbone} are for ${wanted} channels, and the network of this recipe has ${found}.`
      : `The ${weights} weights of ${backbone} are for pictures of ${wanted} pixels, and data.image.size is ${found}.`,
    what === 'channels'
      ? `Name ${wanted} ${wanted === 1 ? 'window' : 'windows'} in channels, write inputWeights: cycle or mean, or weights: none.`
      : `data.image.size: ${wanted}, or weights: none`,
  );

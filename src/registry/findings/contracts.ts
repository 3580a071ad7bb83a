import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Path } from '../path.ts';
import type { Place } from '../value.ts';
import { either, finding } from './finding.ts';

export function unknownWindow(place: Place, path: Path, name: string, windows: readonly string[]): Diagnostic {
  const near = nearest(name, windows);
  const known =
    windows.length > 0 ? `Windows of this recipe: ${windows.join(', ')}.` : 'The recipe defines no windows.';
  return finding(
    'error',
    'unknown-window',
    place,
    path,
    `There is no window named ${name}.`,
    near ? `Did you mean ${near}?` : known,
  );
}

export const channelCount = (place: Place, backbone: string, takes: number, has: number): Diagnostic =>
  finding(
    'error',
    'channel-count',
    place,
    ['channels'],
    `${backbone} takes ${takes} channel${takes === 1 ? '' : 's'}, and the recipe has ${has}.`,
    takes === 1 ? 'Name one window.' : `Name ${takes} windows, or one, which is then repeated.`,
  );

export const channelRepeated = (place: Place, backbone: string, takes: number): Diagnostic =>
  finding(
    'note',
    'channel-repeated',
    place,
    ['channels'],
    `${backbone} takes ${takes} channels: the one of this recipe is repeated.`,
  );

export const imageTooSmall = (place: Place, backbone: string, minimum: number, size: number): Diagnostic =>
  finding(
    'error',
    'image-too-small',
    place,
    ['data', 'image', 'size'],
    `${backbone} takes pictures of at least ${minimum} pixels, and data.image.size is ${size}.`,
    `data.image.size: ${minimum}`,
  );

export const weightsUnknown = (place: Place, backbone: string, weights: string, known: readonly string[]): Diagnostic =>
  finding(
    'error',
    'weights-unknown',
    place,
    ['backbone', 'weights'],
    `There are no ${weights} weights for ${backbone}.`,
    `backbone.weights: ${either(known)}`,
  );

/** `ichor check` warns of it, and a run does not start. */
export const weightsNotLoadable = (place: Place, weights: string): Diagnostic =>
  finding(
    'warning',
    'weights-not-loadable',
    place,
    ['backbone', 'weights'],
    `This version of ichor cannot load ${weights} weights yet, so that this recipe does not run as it stands.`,
    'From scratch it runs with: --set backbone.weights=none --set backbone.batchNorm=trained',
  );

export const frozenWithoutWeights = (place: Place): Diagnostic =>
  finding(
    'error',
    'frozen-without-weights',
    place,
    ['backbone', 'batchNorm'],
    'batchNorm: frozen keeps the statistics of loaded weights, and weights: none loads none: on random weights the network ' +
      'is dead (its embeddings differ between images by 0.0002, against 0.1 with batch statistics).',
    'batchNorm: trained, or weights: imagenet',
  );

/** What the recipe gives is not what the weights were made for. */
export const weightsInput = (
  place: Place,
  backbone: string,
  weights: string,
  { what, wanted, found }: { what: 'channels' | 'size'; wanted: number; found: number },
): Diagnostic =>
  finding(
    'error',
    'weights-input',
    place,
    ['backbone', 'weights'],
    what === 'channels'
      ? `The ${weights} weights of ${backbone} are for ${wanted} channels, and the network of this recipe has ${found}.`
      : `The ${weights} weights of ${backbone} are for pictures of ${wanted} pixels, and data.image.size is ${found}.`,
    what === 'channels'
      ? `Name ${wanted} ${wanted === 1 ? 'window' : 'windows'} in channels, or write weights: none.`
      : `data.image.size: ${wanted}, or weights: none`,
  );

export const layoutUnfit = (place: Place, backbone: string): Diagnostic =>
  finding(
    'error',
    'layout-unfit',
    place,
    ['backbone'],
    `${backbone} takes pictures with their channels first, and ichor makes them with channels last: [batch, size, size, channels].`,
    'The component has to be written for channels last: tell its author.',
  );

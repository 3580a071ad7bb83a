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
    `${backbone} takes ${takes} channels, and the recipe has ${has}.`,
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

export const sequenceNeedsBackbone = (place: Place, sequence: string): Diagnostic =>
  finding(
    'error',
    'sequence-needs-backbone',
    place,
    ['sequence'],
    `${sequence} reads embeddings, and with backbone: none nothing makes them.`,
    'Name a backbone, or write sequence: none.',
  );

export const nothingToTrain = (place: Place): Diagnostic =>
  finding(
    'error',
    'nothing-to-train',
    place,
    ['backbone'],
    'backbone and sequence are both none: nothing makes predictions.',
    'Name a backbone: ichor list backbone',
  );

export const labelsNeeded = (place: Place, source: string): Diagnostic =>
  finding(
    'error',
    'labels-needed',
    place,
    ['data', 'source'],
    `The source ${source} has no labels, so that there is nothing to train on.`,
    'To look at unlabelled files with a trained run: ichor predict RUN DIR',
  );

export function checkpointMetric(place: Place, path: Path, name: string, metrics: readonly string[]): Diagnostic {
  const near = nearest(name, metrics);
  const hint = near ? `Did you mean ${near}?` : `Add ${name} to evaluation.metrics, or name one of ${either(metrics)}.`;
  return finding('error', 'checkpoint-metric', place, path, `${name} is not among evaluation.metrics.`, hint);
}

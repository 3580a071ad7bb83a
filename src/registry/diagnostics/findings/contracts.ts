import { IchorError } from '../../../errors.ts';
import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { finding, show } from './finding.ts';

/** Level and width in HU as most readers set them (facts 1.3): what a recipe that lacks one probably wants. */
const USUAL_WINDOWS: Readonly<Record<string, { level: number; width: number }>> = {
  brain: { level: 40, width: 80 },
  subdural: { level: 80, width: 200 },
  bone: { level: 600, width: 2800 },
  'soft-tissue': { level: 40, width: 380 },
};

export function unknownWindow(place: Place, path: Path, name: string, windows: readonly string[]): Diagnostic {
  const words = name.split(/[\s,]+/).filter(Boolean);
  if (words.length > 1 && words.every((word) => windows.includes(word)))
    return finding(
      'error',
      'unknown-window',
      place,
      path,
      `There is no window named ${name}.`,
      `Separate them with commas: [${words.join(', ')}]`,
    );
  const near = nearest(name, windows);
  const { level, width } = USUAL_WINDOWS[name] ?? {};
  const block = `${name}: { level: ${level ?? '…'}, width: ${width ?? '…'} }`;
  const known =
    windows.length > 0 ? ` Windows of this recipe: ${windows.join(', ')}.` : ' The recipe defines no windows.';
  return finding(
    'error',
    'unknown-window',
    place,
    path,
    `There is no window named ${name}.`,
    near ? `Did you mean ${near}?` : `Add it under windows (${block}), or remove it from channels.${known}`,
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

export const jpegChannels = (place: Place, has: number): Diagnostic =>
  finding(
    'error',
    'jpeg-channels',
    place,
    ['data', 'image', 'storage'],
    `A JPEG holds 1 or 3 channels, and the recipe has ${has}.`,
    'data.image.storage: lossless',
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

/** `found`: what it could name. */
export const decayExcludesNothing = (
  place: Place,
  path: Path,
  name: string,
  { near, found }: { near: string | null; found: readonly string[] },
): Diagnostic =>
  finding(
    'warning',
    'decay-excludes-nothing',
    place,
    path,
    `decayExclude names ${name}, and no weight that is trained here ends in it: nothing is excluded by it.`,
    near ? `Did you mean ${near}?` : `They end in ${found.join(', ')}.`,
  );

export const labelWeightsAllZero = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'label-weights-all-zero',
    place,
    path,
    'labelWeights gives each of the six labels a weight of 0: the loss is 0 whatever the network says, and nothing is learned.',
    'Give one label at least a weight above 0; a label that is not named counts 1.',
  );

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
/** The margin that holds so much, with three digits; 0.1 + 0.2 / 2 stays 0.2. */
const marginFor = (share: number): number => Math.ceil(share * 1000 - 1e-6) / 1000;

/** `margin`: null of pictures, which went through a window before; else what the window holds beyond either end, as a share of its width. */
export const windowMarginTooSmall = (
  place: Place,
  path: Path,
  augmentation: string,
  reads: number,
  channel: { name: string; margin: number | null },
): Diagnostic => {
  const { name, margin } = channel;
  const beyond = `${augmentation} looks up to ${percent(reads)} of a window's width beyond its ends`;
  return finding(
    'error',
    'window-margin-too-small',
    place,
    path,
    margin === null
      ? `${beyond}, and ${name} is a picture that went through its window before: what that cut off is gone.`
      : `${beyond}, and of the window ${name} shards hold ${margin === 0 ? 'nothing there' : `${percent(margin)} there`}.`,
    margin === null
      ? 'Take brightness and contrast, which change the greys that there are.'
      : `windows.${name}.margin: ${marginFor(reads)} (shards are made again), or draw less.`,
  );
};

/** `margin`: what the window holds beyond either end, as a share of its width, and what of it is looked at. */
export const windowMarginUnused = (
  place: Place,
  path: Path,
  name: string,
  margin: number,
  looked: number,
): Diagnostic => {
  return finding(
    'note',
    'window-margin-unused',
    place,
    path,
    `Shards hold ${percent(margin)} of the width of the window ${name} beyond either end, and ${looked === 0 ? 'no augmentation looks there' : `augmentations look at ${percent(looked)}`}: its greys are ${Number(((1 + 2 * margin) / (1 + 2 * looked)).toFixed(2))} times as coarse as they could be.`,
    looked === 0 ? 'Leave margin out, or add window-jitter to augment.' : `margin: ${marginFor(looked)}`,
  );
};

/** `hu`: what the window shows, from black to white. `swapped`: what it would show with level and width exchanged. */
export const windowEmpty = (
  place: Place,
  path: Path,
  name: string,
  [low, high]: readonly [number, number],
  swapped: { level: number; width: number } | null,
): Diagnostic =>
  finding(
    'warning',
    'window-empty',
    place,
    path,
    `The window ${name} runs from ${low} to ${high} HU, where nothing of a head is: air is at -1000, dense bone below 2000.`,
    swapped
      ? `Are level and width exchanged? level: ${swapped.level}, width: ${swapped.width}`
      : 'A window is a level (its middle) and a width, in HU: level: 40, width: 80 runs from 0 to 80.',
  );

/** `standard`: the window that it would be with level and width exchanged. */
export const windowExchanged = (
  place: Place,
  path: Path,
  name: string,
  window: { level: number; width: number },
  standard: string,
): Diagnostic =>
  finding(
    'warning',
    'window-exchanged',
    place,
    path,
    `The window ${name} has level ${window.level} and width ${window.width}, and so runs from ${window.level - window.width / 2} to ${window.level + window.width / 2} HU: the ${standard} window is level ${window.width}, width ${window.level}.`,
    `Are they exchanged? level: ${window.width}, width: ${window.level}`,
  );

export const windowNarrow = (place: Place, path: Path, name: string, width: number): Diagnostic =>
  finding(
    'warning',
    'window-narrow',
    place,
    path,
    `The window ${name} is ${Number(width.toPrecision(3))} HU wide, and a scanner measures whole HU: every pixel is black or white.`,
    'A width is the extent of a window in HU, and no share of it: level: 40, width: 80 runs from 0 to 80.',
  );

export const neverCalled = (place: Place, path: Path): Diagnostic =>
  finding(
    'warning',
    'never-called',
    place,
    path,
    'A slice counts where its probability is above the threshold, and none is above 1: no patient is ever called.',
    'evaluation.patient.threshold: 0.5',
  );

export const layoutUnfit = (place: Place, path: Path, backbone: string): Diagnostic =>
  finding(
    'error',
    'layout-unfit',
    place,
    path,
    `${backbone} takes pictures with their channels first, and ichor makes them with channels last: [batch, size, size, channels].`,
    'The component has to be written for channels last: tell its author.',
  );

export const windowClipped = (
  place: Place,
  path: Path,
  name: string,
  { hu, value }: { hu: number; value: number },
): Diagnostic => {
  const what = Number.isFinite(value) ? 'values outside of 0 to 1 are clipped' : 'a picture would hold no number there';
  return finding(
    Number.isFinite(value) ? 'warning' : 'error',
    'window-clipped',
    place,
    path,
    `The window ${name} gives ${show(value)} at ${hu} HU: ${what}.`,
    'A window scales Hounsfield units to 0 to 1: correct its scale(), or tell its author.',
  );
};

export const windowFailed = (place: Place, path: Path, error: unknown): Diagnostic =>
  finding(
    'error',
    'component-failed',
    place,
    path,
    error instanceof Error ? error.message : String(error),
    error instanceof IchorError ? error.hint : 'The component itself is at fault: tell its author.',
  );

/** `before`: the channel that is the same. */
export const channelTwice = (place: Place, path: Path, window: string, before: number): Diagnostic =>
  finding(
    'note',
    'channel-twice',
    place,
    path,
    `The window ${window} is channel ${before} already: this channel holds the same picture once more.`,
    'Name another window, or remove it. A single channel is repeated by itself where a backbone needs three.',
  );

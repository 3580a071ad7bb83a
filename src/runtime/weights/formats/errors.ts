import { IchorError } from '../../../errors.ts';
import { sayPath } from '../../../files/private-paths.ts';

const AGAIN = 'Fetch or copy the file again, then run the same command again.';

const error = (code: string, message: string, hint: string, cause?: unknown) =>
  new IchorError(code, message, hint, 2, cause === undefined ? {} : { cause });

const start = (path: string) => {
  const said = sayPath(path);
  return said === path ? said : `${said.slice(0, 1).toUpperCase()}${said.slice(1)}`;
};

/** The file is none that is read here. */
export const unknownWeights = (path: string, what: string, hint: string) =>
  error('weights-file-unknown', `${start(path)} is no file of weights that is read here: ${what}.`, hint);

/** It is empty, or shorter than it says itself. */
export const cutOff = (path: string, why: string, cause?: unknown) =>
  error('weights-file-cut-off', `${start(path)} is not whole: ${why}.`, AGAIN, cause);

/** It contradicts itself, or its library cannot read it. */
export const unreadableWeights = (path: string, why: string, cause?: unknown, hint: string = AGAIN) =>
  error('weights-file-unreadable', `${start(path)} cannot be read: ${why}.`, hint, cause);

/** It asks for what no file of weights needs: to run code, to read other files, to fill the memory. */
export const unsafeWeights = (
  path: string,
  why: string,
  hint = 'Do not use this file. If its origin can be trusted, have it saved again as safetensors.',
) => error('weights-file-unsafe', `${start(path)} is refused: ${why}.`, hint);

/** Its form is known, and there is nothing in it to load. */
export const noWeights = (path: string, why: string, hint: string) =>
  error('weights-file-without-weights', `${start(path)} holds no weights to load: ${why}.`, hint);

/** A well-formed file in a type or variant that is not read. */
export const unsupportedWeights = (path: string, what: string, hint: string) =>
  error('weights-file-unsupported', `${start(path)} cannot be loaded: ${what}.`, hint);

/** A weight that is no number makes every prediction none. */
export const notFinite = (path: string, name: string, count: number, all: number) =>
  error(
    'weights-not-finite',
    `${start(path)} holds ${count} of ${all} values in ${name} that are NaN or infinite: the training that made it failed, or the file was changed.`,
    'Take an earlier checkpoint of the same training, or fetch the file again.',
  );

export const missingWeights = (path: string) =>
  error(
    'weights-file-missing',
    `${start(path)} does not exist.`,
    'Look at the path: in a recipe it counts from the workspace.',
  );

/** Opening a pipe waits for ever, and a device has no end. */
export const noFile = (path: string) =>
  unknownWeights(path, 'it is no file but a pipe, a socket or a device', 'Save it as a file, and name that.');

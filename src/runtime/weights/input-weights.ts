/** How weights for three channels start a network of another number of them. */
export interface InputMapping {
  way: 'mean' | 'cycle';
  /** Channels of the network. */
  channels: number;
  /** Which channel of the file is red, green and blue: `caffe` has blue first. */
  colours: readonly [number, number, number];
  /** The shape that a weight has in the file where the picture is its input; null for the others. */
  shapeInFile(weight: string, shape: readonly number[]): readonly number[] | null;
}

/** Channels that the weights are for. */
export const COLOURS = 3;

/**
 * Kernels `[h, w, 3, out]` -> `[h, w, channels, out]`. `cycle`: channel 0, 3, … has red's, 1, 4, … green's, 2, 5, … blue's.
 * `mean`: each has the mean of the three. Times 3 / channels, so that a picture with equal channels gives what it gave.
 */
export function mapInput(
  data: Float32Array,
  stored: readonly number[],
  shape: readonly number[],
  { way, colours }: Pick<InputMapping, 'way' | 'colours'>,
): Float32Array {
  const [height = 1, width = 1, , outputs = 1] = stored;
  const channels = shape[2] as number;
  const scale = COLOURS / channels;
  const mapped = new Float32Array(height * width * channels * outputs);
  for (let place = 0; place < height * width; place++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let output = 0; output < outputs; output++) {
        const at = (colour: number) => data[(place * COLOURS + colour) * outputs + output] as number;
        const value = way === 'cycle' ? at(colours[channel % COLOURS] as number) : (at(0) + at(1) + at(2)) / COLOURS;
        mapped[(place * channels + channel) * outputs + output] = scale * value;
      }
    }
  }
  return mapped;
}

/** A tensor of a file, as far as its place in a network is concerned. */
export interface FileTensor {
  /** As the file has it: `conv2d_12/kernel:0`, `layer1.0.conv1.weight`. */
  name: string;
  /** Keras' forms: the layer that it belongs to; null where the file has flat names. */
  layer: string | null;
  /** Its position among the tensors of its layer. */
  place: number;
  shape: readonly number[];
}

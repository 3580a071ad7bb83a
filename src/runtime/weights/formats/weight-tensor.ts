/** A tensor in a file of weights. */
export interface WeightTensor {
  /** As the file has it: `conv2d_12/kernel:0`, `layers/conv2d_3/vars/0`, `layer1.0.conv1.weight`. */
  name: string;
  /** Keras' forms: the layer that it belongs to. Null where the file has flat names. */
  layer: string | null;
  /** Position among the layer's tensors, trainable ones first: Keras lists variables by position. 0 for flat names. */
  place: number;
  shape: readonly number[];
  /** As stored: `F32`, `BF16`, and of quantised tensors what they are packed in: `U8`. */
  dtype: string;
  /** float32, row-major in `shape`: strides, byte order, quantisation undone. Throws IchorError `weights-not-finite`. */
  read(): Promise<Float32Array>;
}

export type WeightFormat = 'keras-h5' | 'keras-weights-h5' | 'keras-zip' | 'safetensors' | 'tfjs' | 'pth' | 'arrays';

/** An open file of weights. */
export interface WeightFile {
  format: WeightFormat;
  /** In the file's own order, where it has one: of the network's layers in Keras' `.h5` and `.keras`. */
  tensors: readonly WeightTensor[];
  /** What the file says of itself: `keras_version`, safetensors' metadata. */
  about: Readonly<Record<string, string>>;
  /** What a reader of results should know: quantised to 8 bits; batch norm folded; what was left out. */
  notes: readonly string[];
  close(): Promise<void>;
}

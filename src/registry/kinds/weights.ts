/** A file of pretrained weights that a backbone knows by a name. Data only: `check` and `plan` read it, and fetch nothing. */
export interface PublishedWeights {
  /** Where it is published. Its last part is the file's name. */
  url: string;
  /** Size in bytes, as published: shown before it is fetched. What decides is the hash. */
  bytes: number;
  /** Hash of its bytes, lower-case hex, as its publisher states it. It stands in keys: a plan knows the weights before they are fetched. */
  hash: { md5: string } | { sha256: string };
  /** Licence of the weights, as its publisher names it. */
  licence: string;
  /** In words: `ImageNet (ILSVRC-2012), 1,000 classes`. */
  trainedOn: string;
  /** Whose names its tensors have: `keras`, or a key of the backbone's `names`. */
  names: string;
  /** Layers of the file that are none of the network's, since `pixels` does what they do: `normalization`. */
  besides?: readonly string[];
  /** How pixels went into the network when it was trained: what the backbone's contract says under `pixels`. */
  pixels: string;
}

/** How another library calls the layers of this network, and how its tensors lie. */
export interface WeightNames {
  /**
   * `torch`: kernels [out, in, h, w], depthwise [channels, 1, h, w], dense [out, in], and `<layer>.weight`, `.bias`,
   * `.running_mean`, `.running_var`. `folded`: kernels as here, batch norm folded into kernel and `bias` of its convolution.
   */
  form: 'torch' | 'folded';
  /**
   * The library's name of one of the network's layers: `conv2_block1_1_conv` -> `layer1.0.conv1`. Under `folded` a batch
   * norm has the name of its convolution. Null where the library has no such layer.
   */
  layer(name: string): string | null;
  /** The library's layers after the embedding, which are left out: `fc`. */
  classifier: readonly string[];
  /** Parameters with which the network computes what that library's does: `{ variant: 'torchvision' }`. Left out: any. */
  needs?: Readonly<Record<string, string | number | boolean>>;
}

/** What `weights:` of a backbone says: `none`, a name that the backbone knows, or one of the forms of {@link WeightsBlock}. */
export type Weights = string | WeightsBlock;

/** Exactly one of `name`, `file`, `url` (with `sha256`) and `run`. */
export interface WeightsBlock {
  /** A name that the backbone knows: `imagenet`. */
  name?: string;
  /** A file on this machine, from the workspace. */
  file?: string;
  /** An address, with the hash of the file there. */
  url?: string;
  sha256?: string;
  /** The backbone that a run trained. */
  run?: string;
  /** Layers that are loaded, by the first part of their names; a range `conv1..conv4` in the network's order. Absent: all. */
  partial?: readonly string[];
}

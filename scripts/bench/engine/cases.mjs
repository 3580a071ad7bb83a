// What is compared, and the bars. A case is what is timed together; a row is one figure with its bar.

const resnet = { network: 'resnet-50', batch: 8, size: 224 };
// torchvision's form: the stride of a block in its 3x3, as the peer has it; Keras' form takes 6 % less work.
const ourResnet = { ...resnet, params: { variant: 'torchvision' } };
const inception = { network: 'inception-resnet-v2', batch: 8, size: 224 };
const training = { training: true };
const bfloat16 = { precision: 'bfloat16' };
const steps = (count, workers, rows, more = {}) => ({ kind: 'steps', steps: count, workers, rows, ...more });
const against = (peer, what, must, aim) => ({ peer, what, bar: { must, aim } });

/** By the name that it is asked for with, in the order in which they run. */
export const CASES = {
  limits: { kind: 'limits', what: 'what the machine can do at most' },
  'resnet-training': steps(
    3,
    { ours: { ...ourResnet, ...training }, torch: { ...resnet, ...training } },
    [against('torch', 'ResNet-50 training, batch 8, 224², float32, vs PyTorch channels_last', 1.1, 1.4)],
    {
      memory: {
        what: 'ResNet-50 training, batch 8, peak memory',
        peer: 'torch',
        bar: { must: 1.9, aim: 1.6, atMost: true, exact: true },
      },
    },
  ),
  'resnet-training-bf16': steps(
    4,
    { ours: { ...ourResnet, ...training, ...bfloat16 }, torch: { ...resnet, ...training, ...bfloat16 } },
    [against('torch', 'ResNet-50 training, batch 8, 224², bfloat16, vs PyTorch bfloat16 autocast', 0.85, 1.1)],
  ),
  'resnet-inference': steps(8, { ours: ourResnet, torch: resnet }, [
    against('torch', 'ResNet-50 inference, batch 8, float32, vs PyTorch eager (no_grad, channels_last)', 1.3, 1.6),
  ]),
  'resnet-inference-bf16': steps(12, { ours: { ...ourResnet, ...bfloat16 }, torch: { ...resnet, ...bfloat16 } }, [
    against('torch', 'ResNet-50 inference, batch 8, bfloat16, vs PyTorch bfloat16 autocast', 1.1, 1.4),
  ]),
  'inception-training': steps(
    2,
    {
      ours: { ...inception, ...training },
      torch: { ...inception, ...training },
      keras: { ...inception, ...training },
    },
    [
      against('torch', 'Inception-ResNet-v2 training, batch 8, 224², float32, vs timm on PyTorch', 1.0, 1.3),
      against('keras', 'Inception-ResNet-v2 training, the same, vs Keras tf.function', 1.0, 1.3),
    ],
  ),
  'inception-embedding': steps(5, { ours: inception, torch: inception, keras: inception }, [
    against('torch', 'Inception-ResNet-v2 embedding, batch 8, float32, vs timm on PyTorch', 1.3, 1.6),
    against('keras', 'Inception-ResNet-v2 embedding, the same, vs Keras tf.function', 1.3, 1.6),
  ]),
  'bi-lstm-training': steps(
    8,
    {
      ours: { network: 'bi-lstm', batch: 32, steps: 60, width: 1536, params: { dropout: 0 }, ...training },
      torch: { network: 'bi-lstm', batch: 32, steps: 60, width: 1536, ...training },
    },
    [against('torch', 'Bi-LSTM (2 × 256, 60 steps, 1,536 inputs, batch 32) training, vs PyTorch', 1.5, 2)],
    { limit: 'matmul' },
  ),
  'first-step': {
    kind: 'first-step',
    networks: [
      {
        what: 'ResNet-50',
        asked: { ...ourResnet, ...training },
        bar: { must: 3, aim: 1.5, atMost: true, exact: true },
      },
      {
        what: 'Inception-ResNet-v2',
        asked: { ...inception, ...training },
        bar: { must: 6, aim: 3, atMost: true, exact: true },
      },
    ],
  },
  recipe: { kind: 'recipe', what: 'rsna-sample with inception-resnet-v2 at 224²', bar: { must: 0.9, aim: 0.97 } },
  quickstart: {
    kind: 'quickstart',
    what: 'quickstart from an empty store',
    bar: { must: 0.7, aim: 0.4, atMost: true },
  },
  tables: { kind: 'elsewhere', what: 'tables II, III and controls under `ci`', note: 'timed by `npm test`' },
  profile: {
    kind: 'profile',
    networks: [
      { what: 'ResNet-50 training', asked: { ...ourResnet, ...training }, steps: 3 },
      { what: 'ResNet-50 inference', asked: ourResnet, steps: 5 },
      { what: 'Inception-ResNet-v2 training', asked: { ...inception, ...training }, steps: 2 },
      { what: 'Inception-ResNet-v2 embedding', asked: inception, steps: 5 },
    ],
  },
};

import type { EngineKind, EngineLimits } from './engine.ts';

/**
 * What an engine takes on. WASM runs on one thread: about 2e9 multiply-adds a second counted forward, a training step
 * being three times that. The paper's sequence model (Bi-LSTM 2 x 256 on 1536 wide embeddings, 60 steps, batch 32) has
 * 5.3 million parameters and 10.1e9 multiply-adds, takes 5 s a step and is allowed. So is small-cnn at 224 pixels and
 * batch 32, with 5e9 multiply-adds, 4 s and 2 GB of the 4 GB that WASM can address; twice that would not fit.
 */
export const LIMITS: Readonly<Record<EngineKind, EngineLimits>> = {
  native: { parameters: null, multiplyAddsPerStep: null },
  wasm: { parameters: 8_000_000, multiplyAddsPerStep: 10.5e9 },
};

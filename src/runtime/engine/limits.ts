import { IchorError } from '../../errors.ts';
import type { EngineKind, EngineLimits } from './engine.ts';

export const LIMITS: Readonly<Record<EngineKind, EngineLimits>> = {
  native: { parameters: null, multiplyAddsPerStep: null },
  wasm: { parameters: 8_000_000, multiplyAddsPerStep: 12e9 },
};

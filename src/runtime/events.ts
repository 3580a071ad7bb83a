import type { EngineKind } from './engine/engine.ts';

/** What the library tells while it works. The library never prints: the command line shows these. */
export type RunEvent =
  | { type: 'engine'; kind: EngineKind; version: string }
  | { type: 'stage-start'; stage: string; key: string; fresh: boolean; note?: string }
  | { type: 'stage-cached'; stage: string; key: string }
  | { type: 'stage-done'; stage: string; key: string; seconds: number }
  | { type: 'progress'; stage: string; done: number; total: number; unit: string; note?: string }
  | { type: 'note'; stage?: string; level: 'info' | 'warning'; message: string; code?: string; hint?: string };

export type Emit = (event: RunEvent) => void;

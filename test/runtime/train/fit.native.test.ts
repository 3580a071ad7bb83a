import { describe } from 'vitest';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { trainingSuite } from './fit-suite.ts';

const engine = await openEngine('native').catch(() => null);

describe.skipIf(engine === null).each(['graph', 'eager'] as const)(
  'the training loop on the native engine, %s',
  (mode) => {
    if (engine) trainingSuite(engine.as(mode));
  },
);

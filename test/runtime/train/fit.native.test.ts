import { describe } from 'vitest';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { trainingSuite } from './fit-suite.ts';

const engine = await openEngine('native').catch(() => null);

// As runs go through it. Eagerly: fit.test.ts, on WASM, and on this engine the slow suite.
describe.skipIf(engine === null)('the training loop on the native engine, graph', () => {
  if (engine) trainingSuite(engine.as('graph'));
});

import { describe } from 'vitest';
import { openEngine } from '../../../../src/runtime/engine/open.ts';
import { trainingSuite } from '../../../runtime/train/fit-suite.ts';

const engine = await openEngine('native').catch(() => null);

describe.skipIf(engine === null)('the training loop on the native engine, eager', () => {
  if (engine) trainingSuite(engine.as('eager'));
});

import { describe } from 'vitest';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { trainingSuite } from './fit-suite.ts';

const engine = await openEngine('wasm');

describe('the training loop on wasm', () => trainingSuite(engine));

import { describe } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { engines } from '../../engine.ts';
import { computes, keepContracts } from '../../plugins/contracts.ts';

const all = await engines();

// On the native engine, where it is installed, in test/plugins.
describe.each(all.filter(({ kind }) => kind === 'wasm'))('on $kind', (engine) => {
  keepContracts(engine, builtIn.filter(computes));
});

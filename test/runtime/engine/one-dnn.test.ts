import { expect, it } from 'vitest';
import { mayComputeWithOneDnn } from '../../../src/runtime/machine.ts';

it('tries oneDNN only where TensorFlow may use it: what is tried in vain stands as a warning on standard error', () => {
  const flags = (...more: string[]) => `processor : 0\nflags\t\t: fpu avx2 fma ${more.join(' ')}\n`;
  expect(mayComputeWithOneDnn(flags(), {})).toBe(false);
  expect(mayComputeWithOneDnn(flags('avx512_vnni'), {})).toBe(true);
  expect(mayComputeWithOneDnn(flags('amx_tile'), {})).toBe(true);
  // What TensorFlow was told counts before the processor; another system says nothing of it.
  expect(mayComputeWithOneDnn(flags(), { TF_ENABLE_ONEDNN_OPTS: '1' })).toBe(true);
  expect(mayComputeWithOneDnn(flags('amx_tile'), { TF_ENABLE_ONEDNN_OPTS: '0' })).toBe(false);
  expect(mayComputeWithOneDnn(null, {})).toBe(true);
});

import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isaOf, machineOf, machineText, sameMachine, threadsOf } from '../../src/runtime/machine.ts';

/** Flags as Linux writes them of a Xeon of the fourth generation, cut to those of vectors. */
const AMX =
  'fpu sse sse2 ssse3 sse4_1 sse4_2 avx f16c fma avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_vnni avx512_bf16 amx_bf16 amx_tile amx_int8';
const without = (...flags: string[]) =>
  AMX.split(' ')
    .filter((flag) => !flags.includes(flag))
    .join(' ');
const cpuinfo = (flags: string) => `processor\t: 0\nmodel name\t: A CPU\nflags\t\t: ${flags}\nbogomips\t: 4000\n`;

describe('the class of an instruction set', () => {
  const few = without('amx_bf16', 'amx_tile', 'amx_int8', 'avx512_bf16', 'avx512_vnni');
  it.each([
    ['amx', AMX],
    ['avx512', without('amx_tile')],
    ['avx512', few],
    // A Xeon Phi has the first of them only, and oneDNN keeps to AVX2 on it.
    ['avx2', without('avx512bw', 'avx512vl', 'avx512dq', 'amx_tile')],
    ['avx', without('avx2', 'avx512f', 'amx_tile')],
    ['sse', 'fpu sse sse2 sse4_1 sse4_2'],
    ['unknown', 'fpu sse sse2'],
  ])('is %s', (isa, flags) => expect(isaOf(cpuinfo(flags))).toBe(isa));

  it('is not known where the system does not say it', () => {
    expect(isaOf(null)).toBe('unknown');
    expect(isaOf('processor\t: 0\nFeatures\t: fp asimd\n')).toBe('unknown');
  });

  it.each([
    ['avx2', { ONEDNN_MAX_CPU_ISA: 'AVX2' }],
    ['avx2', { DNNL_MAX_CPU_ISA: 'avx2_vnni' }],
    ['avx512', { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE_BF16' }],
    ['amx', { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE_AMX' }],
    ['sse', { ONEDNN_MAX_CPU_ISA: 'SSE41', DNNL_MAX_CPU_ISA: 'AVX2' }],
    ['amx', { ONEDNN_MAX_CPU_ISA: 'ALL' }],
    ['amx', { ONEDNN_MAX_CPU_ISA: 'nonsense' }],
  ])('is %s where oneDNN is told to keep to it: %j', (isa, env) => expect(isaOf(cpuinfo(AMX), env)).toBe(isa));

  it('is never more than the processor has', () =>
    expect(isaOf(cpuinfo('sse4_1 avx avx2 fma'), { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE' })).toBe('avx2'));
});

describe('threads', () => {
  it('are those asked for, else TensorFlow’s own variable, else all; OMP_NUM_THREADS says nothing', () => {
    expect(threadsOf('native', 3, { TF_NUM_INTRAOP_THREADS: '7' })).toBe(3);
    expect(threadsOf('native', null, { TF_NUM_INTRAOP_THREADS: '7' })).toBe(7);
    for (const said of ['', '0', '-2', 'many']) {
      const env = { TF_NUM_INTRAOP_THREADS: said, OMP_NUM_THREADS: '9' };
      expect(threadsOf('native', undefined, env)).toBe(availableParallelism());
    }
  });

  it('of WASM are one', () => {
    expect(threadsOf('wasm', 8)).toBe(1);
    expect(machineOf('wasm', 8)).toEqual({ threads: 1, isa: 'wasm-simd' });
  });
});

describe('a machine', () => {
  it('says where oneDNN was switched off, whose kernels give other bits', () => {
    const off = machineOf('native', 2, { TF_ENABLE_ONEDNN_OPTS: '0' });
    expect(off.oneDnn).toBe(false);
    expect(machineText(off)).toMatch(/^2 threads .* without oneDNN$/);
    const on = machineOf('native', 2, { TF_ENABLE_ONEDNN_OPTS: '1' });
    expect(on).not.toHaveProperty('oneDnn');
    expect(sameMachine(on, off)).toBe(false);
  });

  it('is said in three words', () => {
    expect(machineText({ threads: 1, isa: 'avx2' })).toBe('1 thread avx2');
    expect(machineText({ threads: 16, isa: 'avx512' })).toBe('16 threads avx512');
  });
});

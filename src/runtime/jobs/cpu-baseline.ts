import type { CpuBaseline } from '../../registry/kinds/executor.ts';

/** What oneDNN calls the classes. */
const NAMES: Readonly<Record<CpuBaseline, string>> = { sse: 'SSE41', avx2: 'AVX2', avx512: 'AVX512_CORE' };

/**
 * Keeps the native engine of this process, and of those that it starts, to a class of instruction set. Call it before the engine is loaded, which
 * reads its environment once. TensorFlow takes oneDNN's kernels by itself on some processors only: all are told to, since its own
 * form their sums in another order.
 */
export function keepToBaseline(baseline: CpuBaseline | null, env: NodeJS.ProcessEnv = process.env): void {
  if (baseline === null) return;
  env.ONEDNN_MAX_CPU_ISA = NAMES[baseline];
  env.DNNL_MAX_CPU_ISA = NAMES[baseline];
  env.TF_ENABLE_ONEDNN_OPTS = '1';
}

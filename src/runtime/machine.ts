import { availableParallelism } from 'node:os';
import { readFileSync } from '../files/fs.ts';
import type { CpuBaseline } from '../registry/kinds/executor.ts';
import type { EngineKind } from './engine/engine.ts';

/**
 * Classes of instruction sets among which oneDNN, which computes for TensorFlow, chooses its kernels. `unknown`: the system
 * does not say, or has another kind of processor.
 */
const ISAS = ['sse', 'avx', 'avx2', 'avx512', 'amx'] as const;
export type Isa = (typeof ISAS)[number] | 'wasm-simd' | 'unknown';

/** What a result's last bits depend on beside its key: in which order an engine forms its sums. */
export interface Machine {
  /** Threads that the engine computes with. */
  threads: number;
  isa: Isa;
  /** Only where TensorFlow keeps to its own kernels: TF_ENABLE_ONEDNN_OPTS=0, or a processor for which it takes oneDNN’s only when told to. */
  oneDnn?: false;
}

/** In `run.json`: which artifacts of the run were computed with which threads and instruction set. */
export interface RunMachine extends Machine {
  /** Ids of instances: `backbone`, `predict:sequence`. */
  artifacts: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a stage of a run on this engine would compute with. `threads`: as `threadsOf` says. */
export function machineOf(kind: EngineKind, threads: number, env: Environment = process.env): Machine {
  if (kind === 'wasm') return { threads: 1, isa: 'wasm-simd' };
  const machine: Machine = { threads, isa: isaOf(cpuInfo(), env) };
  return mayComputeWithOneDnn(cpuInfo(), env) ? machine : { ...machine, oneDnn: false };
}

/**
 * Threads that an engine computes with: those asked for (`--threads`, `engine.threads`), else those of TensorFlow's own
 * TF_NUM_INTRAOP_THREADS, else as many as this process may use at once. OMP_NUM_THREADS says nothing to this TensorFlow.
 */
export function threadsOf(kind: EngineKind, asked?: number | null, env: Environment = process.env): number {
  if (kind === 'wasm') return 1;
  const stated = Number(env.TF_NUM_INTRAOP_THREADS);
  return asked ?? (Number.isInteger(stated) && stated > 0 ? stated : availableParallelism());
}

/** Any of these has TensorFlow for Linux use oneDNN's kernels without being asked (its `IsMKLEnabled`). */
const ONE_DNN_FLAGS = ['avx512_vnni', 'avx512_bf16', 'avx_vnni', 'amx_tile', 'amx_int8', 'amx_bf16'];

/**
 * False where TensorFlow surely keeps to its own kernels: it was told to, or the processor has nothing that it takes oneDNN's for. True
 * where the system does not say.
 */
export function mayComputeWithOneDnn(
  cpuinfo: string | null,
  { TF_ENABLE_ONEDNN_OPTS: said = '' }: Environment,
): boolean {
  if (/^(0|false)$/i.test(said)) return false;
  const flags = cpuFlags(cpuinfo);
  return /^(1|true)$/i.test(said) || flags === null || ONE_DNN_FLAGS.some((flag) => flags.has(flag));
}

/** Flags of `/proc/cpuinfo` that a class takes, as oneDNN asks for them; each class takes those before it too. */
const FLAGS: readonly (readonly [isa: Isa, flags: readonly string[]])[] = [
  ['sse', ['sse4_1']],
  ['avx', ['avx']],
  ['avx2', ['avx2', 'fma']],
  ['avx512', ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq']],
  ['amx', ['avx512_vnni', 'avx512_bf16', 'amx_tile', 'amx_int8', 'amx_bf16']],
];

/** The class of the processor's instruction set, or the lower one that oneDNN is told to keep to. */
export function isaOf(cpuinfo: string | null, env: Environment = {}): Isa {
  const flags = cpuFlags(cpuinfo);
  if (flags === null) return 'unknown';
  let best: Isa = 'unknown';
  for (const [isa, own] of FLAGS) {
    if (!own.every((flag) => flags.has(flag))) break;
    best = isa;
  }
  const most = mostIsa(env);
  return most === null || rank(best) <= rank(most) ? best : most;
}

const rank = (isa: Isa): number => (ISAS as readonly string[]).indexOf(isa);

/** The classes that oneDNN's values stand for: AVX2_VNNI, AVX512_CORE_BF16, AVX512_CORE_AMX. What it does not know it passes over. */
function mostIsa({ ONEDNN_MAX_CPU_ISA, DNNL_MAX_CPU_ISA }: Environment): Isa | null {
  const said = (ONEDNN_MAX_CPU_ISA ?? DNNL_MAX_CPU_ISA)?.toUpperCase() ?? '';
  if (said === 'SSE41') return 'sse';
  if (said === 'AVX') return 'avx';
  if (said.startsWith('AVX2')) return 'avx2';
  if (/^AVX512_CORE_AMX/.test(said)) return 'amx';
  if (/^(AVX512_CORE|AVX10)/.test(said)) return 'avx512';
  return null;
}

/** What oneDNN calls the classes. */
const ONE_DNN_NAMES: Readonly<Record<CpuBaseline, string>> = { sse: 'SSE41', avx2: 'AVX2', avx512: 'AVX512_CORE' };

/**
 * Keeps the native engine of this process, and of those that it starts, to a class of instruction set. Call it before the engine is loaded, which
 * reads its environment once. TensorFlow takes oneDNN's kernels by itself on some processors only: all are told to, since its own
 * form their sums in another order.
 */
export function keepToBaseline(baseline: CpuBaseline | null, env: NodeJS.ProcessEnv = process.env): void {
  if (baseline === null) return;
  env.ONEDNN_MAX_CPU_ISA = ONE_DNN_NAMES[baseline];
  env.DNNL_MAX_CPU_ISA = ONE_DNN_NAMES[baseline];
  env.TF_ENABLE_ONEDNN_OPTS = '1';
}

/** The features of a processor in Linux's words; null where the text names none. */
export function cpuFlags(cpuinfo: string | null): ReadonlySet<string> | null {
  const line = cpuinfo === null ? undefined : /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1];
  return line === undefined ? null : new Set(line.trim().split(/\s+/));
}

/** Whether the processor computes faster in bfloat16; true where the system does not say. */
export function bfloat16Gains(cpuinfo: string | null = cpuInfo()): boolean {
  const flags = cpuFlags(cpuinfo);
  return flags === null || flags.has('amx_bf16') || flags.has('avx512_bf16');
}

let read: string | null | undefined;

/** `/proc/cpuinfo`, read once; null where there is none: on another system than Linux. */
export function cpuInfo(): string | null {
  if (read !== undefined) return read;
  try {
    read = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    read = null;
  }
  return read;
}

/** `2 threads avx512` */
export function machineText({ threads, isa, oneDnn }: Machine): string {
  const set = isa === 'unknown' ? 'of an unknown instruction set' : isa;
  return `${threads} ${threads === 1 ? 'thread' : 'threads'} ${set}${oneDnn === false ? ' without oneDNN' : ''}`;
}

export const sameMachine = (a: Machine, b: Machine): boolean =>
  a.threads === b.threads && a.isa === b.isa && a.oneDnn === b.oneDnn;

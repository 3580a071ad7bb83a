import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { cpuFlags, cpuInfo, type Isa, machineOf, threadsOf } from '../machine.ts';
import type { EngineKind, EngineLimits } from './engine.ts';
import { findEngine, verifyEngine } from './install/find.ts';
import { LIMITS } from './limits.ts';
import { describeEngine } from './open.ts';

export interface EngineFacts {
  kind: EngineKind;
  available: boolean;
  /** As in the keys; null where it is not available. */
  version: string | null;
  /** Where it lies and how it came there. */
  from: string | null;
  /** Why it is not available, and what helps. */
  problem: string | null;
  precision: 'float32';
  /** It computes with, where nothing else is asked for. */
  threads: number;
  /** Class of the instruction set that it computes with. */
  isa: Isa;
  limits: EngineLimits;
  /** Kernels that the backend lacks and ichor adds. */
  composed: readonly string[];
  /** Kernels of the backend that ichor's faster or more exact ones stand in front of. */
  replaced: readonly string[];
}

export interface EngineInfo {
  engines: readonly EngineFacts[];
  /** The one that `auto` takes. */
  auto: EngineKind;
  cpu: {
    model: string;
    threads: number;
    /** Which of the features that TensorFlow's kernels profit from are there; null where the system does not say. */
    features: Readonly<Record<string, boolean>> | null;
  };
  gpu: {
    /** Names as TensorFlow lists them; null where the native engine could not be asked. */
    devices: readonly string[] | null;
    statement: string;
  };
  /** What no one has run yet. */
  untried: readonly string[];
}

/** Names in /proc/cpuinfo. */
const FEATURES = ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'] as const;

/** For `ichor engine info`. Loads TensorFlow's libraries, where they are installed and as they were, but no kernels. */
export async function engineInfo(): Promise<EngineInfo> {
  const { facts, devices } = await nativeFacts();
  return {
    engines: [facts, await wasmFacts()],
    auto: (await describeEngine('auto')).kind,
    cpu: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      threads: availableParallelism(),
      features: cpuFeatures(),
    },
    gpu: {
      devices,
      statement:
        devices === null
          ? 'not known: the native engine is not available'
          : devices.length === 0
            ? 'none found'
            : devices.join(', '),
    },
    untried: [
      'CUDA: the pinned TensorFlow is the one for CPUs; libraries with CUDA, given with --from, have not been tried.',
    ],
  };
}

async function nativeFacts(): Promise<{ facts: EngineFacts; devices: string[] | null }> {
  const facts: EngineFacts = {
    kind: 'native',
    available: false,
    version: null,
    from: null,
    problem: null,
    precision: 'float32',
    ...machineOf('native', threadsOf('native')),
    limits: LIMITS.native,
    composed: [],
    replaced: [],
  };
  const installed = await findEngine().catch((error: unknown) => {
    if (error instanceof IchorError) return error;
    throw error;
  });
  if (installed instanceof IchorError) {
    return { facts: { ...facts, problem: [installed.message, installed.hint ?? ''].join(' ').trim() }, devices: null };
  }
  if (installed === null) {
    return { facts: { ...facts, problem: 'Not installed. `ichor engine install` installs it.' }, devices: null };
  }
  const from = `${installed.folder} (${installed.source})`;
  try {
    await verifyEngine(installed);
    const { probeDevices } = await import('./native/probe.ts');
    const { version, gpus } = await probeDevices(join(installed.folder, installed.cc));
    return { facts: { ...facts, available: true, version: `tensorflow ${version}`, from }, devices: gpus };
  } catch (error) {
    if (!(error instanceof IchorError)) throw error;
    return { facts: { ...facts, from, problem: [error.message, error.hint ?? ''].join(' ').trim() }, devices: null };
  }
}

async function wasmFacts(): Promise<EngineFacts> {
  const { version } = await describeEngine('wasm');
  const { KERNELS_ADDED, KERNELS_REPLACED } = await import('./wasm/register.ts');
  return {
    kind: 'wasm',
    available: true,
    version,
    from: 'comes with ichor (@tensorflow/tfjs-backend-wasm)',
    problem: null,
    precision: 'float32',
    ...machineOf('wasm', 1),
    limits: LIMITS.wasm,
    composed: KERNELS_ADDED,
    replaced: KERNELS_REPLACED,
  };
}

function cpuFeatures(): Record<string, boolean> | null {
  const present = cpuFlags(cpuInfo());
  return present && Object.fromEntries(FEATURES.map((name) => [name, present.has(name)]));
}

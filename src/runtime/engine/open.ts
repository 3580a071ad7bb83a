import { createRequire } from 'node:module';
import { IchorError } from '../../errors.ts';
import type { Emit } from '../events.ts';
import { threadsOf } from '../machine.ts';
import { beatInThread } from '../store/heartbeat.ts';
import type { Engine, EngineKind, EngineLimits } from './engine.ts';
import { findEngine } from './install/find.ts';
import { verifyUnmoved } from './install/verified.ts';
import { LIMITS } from './limits.ts';

export type EngineChoice = 'auto' | EngineKind;

/** Which engine a run would use, known without loading it: what keys and plans need. */
export interface DescribedEngine {
  kind: EngineKind;
  /** As `Engine.version`. */
  version: string;
  limits: EngineLimits;
  /** Why `auto` takes WASM, and what would help; null where there is nothing to say. */
  note: string | null;
}

/**
 * Reads a record of a few hundred bytes, no library.
 * @throws IchorError `engine-missing` (exit 2) where `native` is asked for and not installed.
 */
export async function describeEngine(choice: EngineChoice): Promise<DescribedEngine> {
  if (choice === 'wasm') return wasm(null);
  let unreadable: IchorError | null = null;
  const installed = await findEngine().catch((error: unknown) => {
    if (choice === 'native' || !(error instanceof IchorError)) throw error;
    unreadable = error;
    return null;
  });
  if (unreadable !== null) return wasm(whyWasm(unreadable));
  if (installed !== null) {
    return { kind: 'native', version: `tensorflow ${installed.version}`, limits: LIMITS.native, note: null };
  }
  if (choice === 'native') {
    throw new IchorError(
      'engine-missing',
      'The native engine (TensorFlow) is not installed.',
      'Install it with `ichor engine install`, or run with --engine wasm.',
      2,
    );
  }
  return wasm(
    'The native engine (TensorFlow) is not installed: this runs on WASM, several times slower and for small networks only. ' +
      '`ichor engine install` would help.',
  );
}

const whyWasm = ({ message, hint = '' }: IchorError): string =>
  `This runs on WASM, several times slower and for small networks only: ${message.slice(0, 1).toLowerCase()}${message.slice(1)} ${hint}`;

function wasm(note: string | null): DescribedEngine {
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-backend-wasm/package.json') as {
    version: string;
  };
  return { kind: 'wasm', version: `tfjs-wasm ${version}`, limits: LIMITS.wasm, note };
}

let opened: { kind: EngineKind; threads: number; engine: Promise<Engine> } | undefined;

/**
 * Loads the engine, the native one after its libraries' hashes are found right (now, or when they last changed). One engine per process: the same kind
 * again gives the same engine. `auto` takes the native one where it is installed, and never quietly another in its
 * place: an installed engine that was changed or does not load is an error.
 * @param asked threads that it is to compute with; absent: those that it has where it is open, else as `threadsOf` says.
 * @param expected what `describeEngine` told, where keys were made by it: another one is not taken in its place.
 * @throws IchorError `engine-missing` (exit 2), `engine-tampered`, `engine-unloadable`, `engine-second`, `engine-threads`,
 *   `engine-replaced`.
 */
export async function openEngine(
  choice: EngineChoice,
  emit?: Emit,
  asked?: number,
  expected?: Pick<DescribedEngine, 'kind' | 'version'>,
): Promise<Engine> {
  const { kind, version, note } = await describedNow(choice, expected);
  const threads = threadsOf(kind, asked);
  if (opened !== undefined) {
    if (opened.kind === kind && (asked === undefined || opened.threads === threads)) return opened.engine;
    if (opened.kind === kind) throw otherThreads(opened.threads, threads);
    throw new IchorError(
      'engine-second',
      `This process runs on the engine ${opened.kind}; ${kind} cannot be opened beside it.`,
      'Use one engine in a process.',
    );
  }
  if (note !== null) emit?.({ type: 'note', level: 'warning', code: 'engine-fallback', message: note });
  beatInThread();
  const engine = open(kind, version, threads);
  opened = { kind, threads, engine };
  // What did not open may be tried again.
  engine.catch(() => {
    opened = undefined;
  });
  return engine;
}

/** What is open needs its files no longer; what is not must be what keys were made by. */
async function describedNow(
  choice: EngineChoice,
  expected?: Pick<DescribedEngine, 'kind' | 'version'>,
): Promise<Pick<DescribedEngine, 'kind' | 'version' | 'note'>> {
  if (expected === undefined) return describeEngine(choice);
  const now =
    opened?.kind === expected.kind
      ? await opened.engine
      : await describeEngine(expected.kind).catch((error: unknown) => {
          if (error instanceof IchorError && error.code === 'engine-missing') return null;
          throw error;
        });
  if (now?.version !== expected.version) throw otherEngine(expected.version, now?.version ?? null);
  return { ...expected, note: null };
}

/** Keys say by which engine an artifact was made: another one must not make it. */
const otherEngine = (planned: string, now: string | null): IchorError =>
  new IchorError(
    'engine-replaced',
    `This run was planned on the engine ${planned}, and ${now === null ? 'that is no longer installed' : `${now} stands in its place now`}: the engine was replaced meanwhile. What is done stays, to the last checkpoint.`,
    now === null
      ? 'Install it again (`ichor engine install`), and give the same command.'
      : 'Give the same command again: it plans anew, and says what another engine makes anew. Leave the engine alone while runs are going.',
  );

/** TensorFlow keeps its threads as long as the process lives. */
const otherThreads = (opened: number, asked: number): IchorError =>
  new IchorError(
    'engine-threads',
    `This process computes on ${opened} ${opened === 1 ? 'thread' : 'threads'}; it cannot go on with ${asked}.`,
    'Give all points or rows the same engine.threads, or run them apart: --threads N sets it for all of them.',
  );

async function open(kind: EngineKind, described: string, threads: number): Promise<Engine> {
  if (kind === 'wasm') {
    const { openWasmEngine } = await import('./wasm/open.ts');
    return openWasmEngine();
  }
  const installed = await findEngine();
  const version = installed === null ? null : `tensorflow ${installed.version}`;
  if (installed === null || version !== described) throw otherEngine(described, version);
  await verifyUnmoved(installed);
  const { openNativeEngine } = await import('./native/open.ts');
  return openNativeEngine(installed, threads);
}

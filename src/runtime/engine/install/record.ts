import { join } from 'node:path';
import { readFile, writeFile } from '../../../files/fs.ts';
import type { Way } from './events.ts';

export interface EngineFile {
  name: string;
  bytes: number;
  sha256: string;
}

/** An engine in the cache: its libraries, as `openNativeEngine` takes them, and what they were when installed. */
export interface InstalledEngine {
  /** Absolute; holds the libraries and nothing else but `engine.json`. */
  folder: string;
  /** TensorFlow's version, as the library itself says it: `2.17.1`. */
  version: string;
  /** File name of the library with the C API. */
  cc: string;
  /** File name of the second library; null where there is only one. */
  framework: string | null;
  way: Way;
  /** Where it came from, in words. */
  source: string;
  files: EngineFile[];
  /** ISO time. The engine that was installed last is the one that runs. */
  installed: string;
}

export const RECORD = 'engine.json';

export async function writeRecord(folder: string, engine: Omit<InstalledEngine, 'folder'>): Promise<void> {
  await writeFile(join(folder, RECORD), `${JSON.stringify(engine, null, 2)}\n`, { flush: true });
}

/** Null where the folder holds no finished engine. A record that does not parse is such a case: set-up makes it anew. */
export async function readRecord(folder: string): Promise<InstalledEngine | null> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, RECORD), 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || error instanceof SyntaxError) return null;
    throw error;
  }
  return isRecord(value) ? { ...value, folder } : null;
}

function isRecord(value: unknown): value is Omit<InstalledEngine, 'folder'> {
  if (typeof value !== 'object' || value === null) return false;
  const { version, cc, framework, way, source, files, installed } = value as Record<string, unknown>;
  return (
    [version, cc, way, source, installed].every((text) => typeof text === 'string') &&
    (framework === null || typeof framework === 'string') &&
    Array.isArray(files) &&
    files.length > 0 &&
    files.every((file: unknown) => {
      const { name, bytes, sha256 } = (file ?? {}) as Record<string, unknown>;
      return typeof name === 'string' && typeof bytes === 'number' && typeof sha256 === 'string';
    })
  );
}

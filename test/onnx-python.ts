import { spawnSync } from 'node:child_process';
// @ts-expect-error: a script without types
import { onnxPython } from '../scripts/onnx-python.mjs';

/** A Python with onnx, onnxruntime and pydicom; null where `node scripts/onnx-python.mjs` has made none. */
export const python: string | null = onnxPython();
export const WITHOUT = 'there is no Python with onnx and onnxruntime: `node scripts/onnx-python.mjs` makes one';

/** What a script says on standard output. Throws with what it said on standard error where it fails. */
export function runPython(script: string, args: readonly string[] = [], input?: string): string {
  const { status, stdout, stderr } = spawnSync(python as string, [script, ...args], {
    input: input ?? '',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

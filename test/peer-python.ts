import { spawnSync } from 'node:child_process';
// @ts-expect-error: a script without types
import { kubernetesPython, peerPython } from '../scripts/peer-python.mjs';

/** A Python with onnx, onnxruntime, pydicom and tensorboard; null where `node scripts/peer-python.mjs` has made none. */
export const python: string | null = peerPython();
export const WITHOUT =
  'there is no Python with onnx, onnxruntime and tensorboard: `node scripts/peer-python.mjs` makes one';

/** A Python with kubernetes-validate, which holds the schemas, and hadolint beside it; null where `node scripts/peer-python.mjs kubernetes` has made none. */
export const validator: string | null = kubernetesPython();

/** What a script says on standard output. Throws with what it said on standard error where it fails. */
export function runPython(script: string, args: readonly string[] = [], input?: string, by = python): string {
  const { status, stdout, stderr } = spawnSync(by as string, [script, ...args], {
    input: input ?? '',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

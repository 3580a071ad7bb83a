import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that all test files of one call share: what is dear is made there once, by whoever needs it first. */
    onceFolder: string;
  }
}

/** Vitest's global set-up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-once-'));
  // Some tests look at what lies in it as another user.
  await chmod(folder, 0o755);
  project.provide('onceFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}

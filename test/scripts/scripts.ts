import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from 'vitest';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The set-up scripts are plain JavaScript, without types: this says what the tests use of them. */
export async function loadScript<T>(name: string): Promise<T> {
  return (await import(new URL(`../../scripts/${name}`, import.meta.url).href)) as T;
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** An empty folder; with the repository's node_modules in it where a tool has to be found. */
export async function temporaryFolder(withModules = false): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-scripts-'));
  folders.push(folder);
  if (withModules) await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The environment as a user's shell has it: npm hands its own settings to what it runs. */
export function plainEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_ENV$|VITEST|TEST$)/i.test(name));
  return { ...Object.fromEntries(own), ...more };
}

/** An empty folder for all tests of a file. */
export async function keptFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-scripts-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

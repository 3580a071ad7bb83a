import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import type { Diagnostic } from '../../../src/registry/diagnostics/diagnostic.ts';
import { top } from '../../cli.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A folder with these files, in no workspace of ours and without node_modules. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ichor-plugins-')));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

export interface Resolved {
  diagnostics: Diagnostic[];
  valid: boolean;
  plugins: {
    name: string;
    prefix: string;
    kind: string;
    version: string | null;
    file: string;
    codeRan: boolean;
    code: string | null;
    components: { kind: string; name: string; code?: string; schemaOnly?: boolean; summary: string }[];
  }[];
  own: string[];
}

/** What the built library finds in these recipes, one after the other in one process. Its standard output holds nothing else. */
export async function resolveAll(
  files: readonly string[],
  options: { pluginCode?: boolean; cwd?: string } = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Resolved[]> {
  const script = fileURLToPath(new URL('resolve-all.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, top, JSON.stringify(options), ...files], {
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as Resolved[];
}

/** A recipe that names these plugins, at line 3 and column 12, and takes the window that is given. */
export const recipe = (plugins: readonly string[], window = '{ level: 40, width: 80 }'): string => `recipe: 1
name: with-plugins
plugins: [ ${plugins.map((name) => JSON.stringify(name)).join(', ')} ]
data: { source: phantom }
windows: { brain: ${window} }
channels: [brain]
augment: []
backbone: small-cnn
sequence: none
`;

/** The source of a window component. */
export const windowCode = (name: string, more = ''): string => `import { defineWindow, Type } from 'ichor';
export const soft = defineWindow({
  name: '${name}',
  version: 1,
  summary: 'A window of a test.',
  params: Type.Object({ level: Type.Number({ default: 40, description: 'Its middle.' }) }),
  contract: () => ({}),
  scale: (hu, { level }) => (hu > level ? 1 : 0),
});
${more}`;

export const packageJson = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: '1.2.3', type: 'module', ichor: { plugin: './index.js' }, ...more });

export const pluginCode = (prefix: string, more = ''): string =>
  `${windowCode(
    `${prefix}/soft`,
    `import { definePlugin } from 'ichor';
export default definePlugin({ name: '${prefix}', api: 1, components: [soft] });`,
  )}\n${more}`;

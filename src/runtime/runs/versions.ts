import { createRequire } from 'node:module';
import { existsSync, readFile } from '../../files/fs.ts';
import { ownPackage } from '../../version.ts';

/** Versions that stand in every run: ichor's own, Node's, and those of every package that it is built on. */
export async function versions(): Promise<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const { version, dependencies } = await ownPackage();
  const found: Record<string, string> = { ichor: version, node: process.versions.node };
  for (const name of Object.keys(dependencies).sort()) found[name] = await packageVersion(require, name);
  return found;
}

async function packageVersion(require: NodeJS.Require, name: string): Promise<string> {
  // Some packages do not export their package.json: it is looked for in the folders that Node would search.
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = `${folder}/${name}/package.json`;
    const text = existsSync(file) ? await readFile(file, 'utf8').catch(() => null) : null;
    if (text !== null) return (JSON.parse(text) as { version: string }).version;
  }
  return 'unknown';
}

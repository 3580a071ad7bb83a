import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Versions that stand in every run: ichor's own, Node's, and those of what computes. */
export async function versions(): Promise<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const found: Record<string, string> = { ichor: await ownVersion(), node: process.versions.node };
  for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', 'koffi', 'sharp', 'dicom-parser']) {
    found[name] = await packageVersion(require, name);
  }
  return found;
}

export async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(await packageFile(), 'utf8')) as { version: string };
  return version;
}

/** Our package.json: two folders up in the sources, three in dist. */
async function packageFile(): Promise<URL> {
  for (const up of ['../../', '../../../']) {
    const file = new URL(`${up}package.json`, import.meta.url);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null && (JSON.parse(text) as { name: string }).name === 'ichor') return file;
  }
  throw new Error('package.json of ichor was not found beside its code');
}

async function packageVersion(require: NodeJS.Require, name: string): Promise<string> {
  // Some packages do not export their package.json: it is looked for in the folders that Node would search.
  for (const folder of require.resolve.paths(name) ?? []) {
    const text = await readFile(`${folder}/${name}/package.json`, 'utf8').catch(() => null);
    if (text !== null) return (JSON.parse(text) as { version: string }).version;
  }
  return 'unknown';
}

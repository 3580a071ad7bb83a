import { ownVersion } from '../version.ts';
import { printJson } from './json.ts';
import { research } from './wording.ts';

export async function printVersion({ json = false }: { json?: boolean } = {}): Promise<void> {
  const version = await ownVersion();
  if (json) printJson({ version, node: process.version, platform: process.platform, arch: process.arch, research });
  else process.stdout.write(`ichor ${version}\n${research}\n`);
}

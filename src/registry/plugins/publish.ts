import { join, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { pluginForm } from '../diagnostics/findings/plugins.ts';
import { checkedPlugin } from './checked-plugin.ts';
import { locatePackage } from './locate.ts';
import { readManifest } from './manifest.ts';
import { type PublishedSchema, publishedSchema } from './published-schema.ts';
import { runPlugin } from './run-plugin.ts';

/** What the plugin package in a folder publishes about itself (`ichor.schema.json`). Runs its code. */
export async function publish(folder: string): Promise<{ schema: PublishedSchema | null; findings: Diagnostic[] }> {
  const file = join(resolve(folder), 'package.json');
  const manifest = readManifest(folder);
  const reference = { name: manifest?.name ?? folder, place: { file, line: 0, column: 0 }, path: [], from: file };
  if (manifest === null)
    return { schema: null, findings: [pluginForm(reference, 'Name a folder with a package.json.')] };
  const located = locatePackage(reference, resolve(folder));
  if ('severity' in located) return { schema: null, findings: [located] };
  const ran = await runPlugin(reference, located);
  if ('severity' in ran) return { schema: null, findings: [ran] };
  const { plugin, findings } = checkedPlugin(reference, located, ran.module);
  return { schema: plugin && findings.length === 0 ? publishedSchema(plugin) : null, findings };
}

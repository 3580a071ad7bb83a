import { join } from 'node:path';
import { existsSync, readFileSync } from '../../files/fs.ts';
import { readManifest } from '../../registry/plugins/manifest.ts';
import { printJson } from '../json.ts';
import { knownKind } from '../known-kind.ts';
import { componentName } from './names.ts';
import { template } from './template.ts';
import { writeNewFiles } from './write-files.ts';

/** `ichor new component KIND NAME`: a component and its test; in a plugin package below `src` and `test`, else here. */
export async function newComponentCommand(
  kind: string,
  typed: string,
  { json = false }: { json?: boolean } = {},
): Promise<number> {
  const known = knownKind(kind);
  const folder = process.cwd();
  const plugin = prefixOfPackage(folder);
  const words = componentName(typed, plugin ?? 'my');
  const { name, file, identifier } = words;
  const [source, test] = plugin ? [`src/${file}.ts`, `test/${file}.test.ts`] : [`${file}.ts`, `${file}.test.ts`];
  const path = plugin ? `../src/${file}.ts` : `./${file}.ts`;
  await writeNewFiles(folder, {
    [source]: await template(`${known}.ts`, { name }),
    [test]: await template('component.test.ts', { name, kind: known, import: path }),
  });
  if (json) return printJson({ kind: known, name, wrote: [source, test].map((one) => join(folder, one)) });
  const use = plugin
    ? `add to src/index.ts: import ${identifier} from './${file}.ts', and ${identifier} to components`
    : `in a recipe: plugins: [./${file}.ts], then type: ${name}`;
  process.stdout.write(`wrote ${source}\nwrote ${test}\ntest it: node --import tsx --test ${test}\n${use}\n`);
  return 0;
}

/** The prefix of the plugin package in this folder; null where there is none. */
function prefixOfPackage(folder: string): string | null {
  if (readManifest(folder)?.ichor === undefined) return null;
  const index = join(folder, 'src/index.ts');
  const text = existsSync(index) ? readFileSync(index, 'utf8') : '';
  return /definePlugin\(\{\s*name: ['"]([a-z0-9-]+)['"]/.exec(text)?.[1] ?? null;
}

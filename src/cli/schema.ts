import { IchorError } from '../errors.ts';
import { writeFile } from '../files/fs.ts';
import { systemReason } from '../files/system-error.ts';
import { installedPlugins } from '../registry/plugins/installed.ts';
import { publish } from '../registry/plugins/publish.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { recipeSchema } from '../registry/schema.ts';
import { printDiagnostics } from './findings.ts';
import { shown } from './paths.ts';
import { type PluginOptions, withPlugins } from './plugins.ts';

/** `ichor schema`: 0 written, 2 a plugin cannot be used. */
export async function schemaCommand(options: PluginOptions & { out?: string; pluginOf?: string }): Promise<number> {
  const schema = options.pluginOf === undefined ? await ofWorkspace(options) : await ofPackage(options.pluginOf);
  if (schema === null) return 2;
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (options.out === undefined) {
    process.stdout.write(text);
    return 0;
  }
  await write(options.out, text);
  process.stderr.write(`wrote ${shown(options.out)}\n`);
  return 0;
}

async function ofWorkspace(options: PluginOptions): Promise<object | null> {
  const registry = await withPlugins(options, installedPlugins(findWorkspace(process.cwd())));
  return registry && recipeSchema(registry);
}

async function ofPackage(folder: string): Promise<object | null> {
  const { schema, findings } = await publish(folder);
  await printDiagnostics(findings, new Map());
  return schema;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new IchorError(
      'file-not-writable',
      `${file} cannot be written: ${systemReason(error)}.`,
      'Say --out FILE, in a folder that is there and that you may write to.',
      2,
      { cause: error },
    );
  }
}

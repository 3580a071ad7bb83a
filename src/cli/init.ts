import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { stringify } from 'yaml';
import { IchorError } from '../errors.ts';
import { existsSync, mkdir, readFile, statSync, writeFile } from '../files/fs.ts';
import { systemReason } from '../files/system-error.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { commentedRecipe } from '../registry/init/commented-recipe.ts';
import { NAME_PATTERN } from '../registry/language/language.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { at } from '../registry/values/path.ts';
import { isNull } from '../registry/values/value.ts';
import { asCalled } from './called.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { openRegistry } from './registry.ts';
import { quoted } from './shell-word.ts';
import { shippedNames, shippedPackage } from './shipped.ts';

/** `ichor init [NAME] [--out DIR|FILE]`: a shipped recipe in the user's own folder, each field explained. */
export async function initCommand(name = 'quickstart', { out = '.' }: { out?: string }): Promise<number> {
  const home = shippedPackage();
  const recipes = join(home, 'recipes');
  const source = join(recipes, `${known(name)}.yaml`);
  const target = /\.ya?ml$/.test(out) ? resolve(out) : resolve(out, `${name}.yaml`);
  const { tree, files } = await resolveRecipe(source, { registry: openRegistry(), cwd: process.cwd() });
  if (tree === null) throw new Error(`The shipped recipe ${source} does not resolve.`);

  const folder = dirname(target);
  refuseFileAsFolder(folder);
  const schema = await schemaFor(folder, home);
  const written = new Map<string, string>(schema.copy ? [[schema.file, schema.copy]] : []);
  for (const file of files) {
    const place = file === source ? target : join(folder, relative(recipes, file));
    const text = commentedRecipe(body(await readFile(file, 'utf8'), name, quoted(shown(target))), {
      registry: openRegistry(),
      resolved: tree,
      without: file === source ? ['paper', 'contrast'] : [],
      replaced: { name: nameOf(target) },
    });
    written.set(place, `# yaml-language-server: $schema=${posix(relative(dirname(place), schema.file))}\n${text}`);
  }
  for (const file of await writeNew(written, target)) process.stdout.write(`${paint.green('wrote')} ${shown(file)}\n`);
  const place = quoted(shown(target));
  // Data of one's own lie nowhere yet.
  const root = at(tree, ['data', 'source', 'root']);
  const data = root !== undefined && !isNull(root) ? ' --set data.source.root=FOLDER' : '';
  process.stdout.write(asCalled(`\nEdit it, then:\n  ichor check ${place}\n  ichor run ${place}${data}\n`));
  return 0;
}

function known(name: string): string {
  const names = shippedNames();
  if (names.includes(name)) return name;
  const near = nearest(name, names);
  const hint = `${near ? `Did you mean ${near}? ` : ''}Shipped: ${names.join(', ')}.`;
  throw new IchorError('unknown-recipe', `ichor ships no recipe named ${name}.`, hint, 2);
}

/** Its own first line names the schema from where it was; commands in its comments name it where it is now. */
function body(text: string, name: string, place: string): string {
  return text.replace(/^# yaml-language-server:.*\n/, '').replaceAll(`recipes/${name}.yaml`, place);
}

function nameOf(file: string): string {
  const stem = basename(file).replace(/\.ya?ml$/, '');
  if (!new RegExp(NAME_PATTERN).test(stem)) return 'null';
  // A word that YAML takes for something else, `true` or `null`, gets quotes as well.
  return /^[A-Za-z][\w-]*$/.test(stem) ? stringify(stem).trim() : JSON.stringify(stem);
}

/** The package's own schema where it is part of the same project; else a copy beside the recipe, which stays there. */
async function schemaFor(folder: string, home: string): Promise<{ file: string; copy?: string }> {
  const shipped = join(home, 'schema', 'recipe.schema.json');
  const within = relative(findWorkspace(folder), shipped);
  if (!within.startsWith('..') && !isAbsolute(within)) return { file: shipped };
  return { file: join(folder, 'recipe.schema.json'), copy: await readFile(shipped, 'utf8') };
}

/** All of them or none. What already says the same is left as it is: two recipes may have one base. */
async function writeNew(files: Map<string, string>, target: string): Promise<string[]> {
  const missing: string[] = [];
  for (const [file, text] of files) {
    if (!existsSync(file)) missing.push(file);
    else if (file === target || (await readFile(file, 'utf8')) !== text) throw fileExists(file);
  }
  for (const file of missing) {
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, files.get(file) ?? '', { flag: 'wx' });
    } catch (error) {
      throw notWritable(file, error);
    }
  }
  return missing;
}

/** `--out package.json`: a file stands where a folder would have to be made. */
function refuseFileAsFolder(folder: string): void {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  if (!statSync(there).isDirectory()) throw fileExists(there);
}

const notWritable = (file: string, cause: unknown): IchorError =>
  new IchorError(
    'file-not-writable',
    `${shown(file)} cannot be written: ${systemReason(cause)}.`,
    'Name a folder that you may write to: --out DIR',
    2,
    { cause },
  );

const fileExists = (file: string): IchorError =>
  new IchorError(
    'file-exists',
    `${shown(file)} is there already, and nothing is overwritten.`,
    'Name another place: --out DIR, or --out FILE.yaml',
    2,
  );

const posix = (path: string): string => path.split(sep).join('/');

import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { parse, stringify } from 'yaml';
import { IchorError } from '../errors.ts';
import { existsSync, mkdir, readFile, statSync, writeFile } from '../files/fs.ts';
import { systemReason } from '../files/system-error.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { commentedRecipe } from '../registry/init/commented-recipe.ts';
import { NAME_PATTERN } from '../registry/language/language.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { at } from '../registry/values/path.ts';
import { isNull, type Node } from '../registry/values/value.ts';
import { asCalled } from './called.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { openRegistry } from './registry.ts';
import { quoted } from './shell-word.ts';
import { shippedPackage, shippedPaths } from './shipped.ts';

/** `ichor init [NAME] [--out DIR|FILE]`: a shipped recipe or table in the user's own folder, each field explained, with all that it extends. */
export async function initCommand(
  name = 'quickstart',
  { out = '.', json = false }: { out?: string; json?: boolean },
): Promise<number> {
  const home = shippedPackage();
  const recipes = join(home, 'recipes');
  const source = join(recipes, `${known(name)}.yaml`);
  const isFile = /\.ya?ml$/.test(out);
  // What it extends is named from its own folder, one above: a place of its own would tear them apart.
  if (isFile && name.includes('/'))
    throw new IchorError(
      'out-not-folder',
      `${name} extends recipes of the folder above its own, so that --out cannot name its file.`,
      'Name a folder: --out DIR',
      2,
    );
  const target = isFile ? resolve(out) : resolve(out, `${name}.yaml`);
  const folder = isFile ? dirname(target) : resolve(out);
  refuseFileAsFolder(dirname(target));
  const schemas = new Map<string, string>();
  const written = new Map<string, string>();
  /** The line that names the schema, for an editor. */
  const headed = async (place: string, which: 'recipe' | 'table', text: string) => {
    const schema = await schemaFor(folder, home, which);
    if (schema.copy) schemas.set(schema.file, schema.copy);
    return `# yaml-language-server: $schema=${posix(relative(dirname(place), schema.file))}\n${text}`;
  };
  const said = quoted(shown(target));
  const add = async (recipe: string, place: string, without: string[]): Promise<Node> => {
    const { tree, files } = await resolveRecipe(recipe, { registry: openRegistry(), cwd: process.cwd() });
    if (tree === null) throw new Error(`The shipped recipe ${recipe} does not resolve.`);
    for (const file of files) {
      const at = file === recipe ? place : join(folder, relative(recipes, file));
      if (written.has(at)) continue;
      const text = commentedRecipe(body(await readFile(file, 'utf8'), name, said), {
        called: asCalled,
        registry: openRegistry(),
        resolved: tree,
        // Recipes beside it, of which a contrast speaks, stay where they are.
        without: file === recipe ? without : ['contrast'],
        replaced: file === recipe ? { name: nameOf(at) } : {},
      });
      written.set(at, await headed(at, 'recipe', asCalled(text)));
    }
    return tree;
  };
  const rows = await rowsOf(source);
  let root: Node | undefined;
  if (rows === null) {
    root = at(await add(source, target, ['paper', 'contrast']), ['data', 'source', 'root']);
  } else {
    written.set(target, await headed(target, 'table', asCalled(body(await readFile(source, 'utf8'), name, said))));
    for (const row of rows) {
      const tree = await add(row, join(folder, relative(recipes, row)), ['contrast']);
      root ??= at(tree, ['data', 'source', 'root']);
    }
  }
  const all = new Map([...schemas, ...written]);
  const made = await writeNew(all, target);
  if (json) return printJson({ recipe: target, wrote: made });
  for (const file of made) process.stdout.write(`${paint.green('wrote')} ${shown(file)}\n`);
  // Data of one's own lie nowhere yet.
  const data = root !== undefined && !isNull(root) ? ' --set data.source.root=FOLDER' : '';
  const run = rows === null ? 'run' : 'table';
  process.stdout.write(asCalled(`\nEdit it, then:\n  ichor check ${said}\n  ichor ${run} ${said}${data}\n`));
  return 0;
}

/** The recipes that a table file names, absolute, under each of its profiles; null for a recipe. */
async function rowsOf(source: string): Promise<string[] | null> {
  const stated: unknown = parse(await readFile(source, 'utf8'));
  if (typeof stated !== 'object' || stated === null || !('table' in stated)) return null;
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && /\.ya?ml$/.test(value)) found.add(resolve(dirname(source), value));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(stated);
  return [...found];
}

function known(name: string): string {
  const names = shippedPaths();
  if (names.includes(name)) return name;
  const near = nearest(name, names) ?? names.find((one) => one.endsWith(`/${name}`));
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
async function schemaFor(
  folder: string,
  home: string,
  which: 'recipe' | 'table',
): Promise<{ file: string; copy?: string }> {
  const shipped = join(home, 'schema', `${which}.schema.json`);
  const within = relative(findWorkspace(folder), shipped);
  if (!within.startsWith('..') && !isAbsolute(within)) return { file: shipped };
  return { file: join(folder, `${which}.schema.json`), copy: await readFile(shipped, 'utf8') };
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

import { dirname, relative } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  extendsCycle,
  extendsForm,
  extendsMissing,
  extendsNoRecipe,
  extendsOutside,
  notAMap,
} from '../../diagnostics/findings/syntax.ts';
import { isTable } from '../../diagnostics/findings/tables.ts';
import { LANGUAGE } from '../../language/language.ts';
import type { Path } from '../../values/path.ts';
import { isNull, isText, type MapNode, type Node, type Place } from '../../values/value.ts';
import { contained } from '../containment.ts';
import { nearestFile, type ReadRecipe } from '../read-recipe.ts';
import { parse } from './parse.ts';
import { expandShortForms } from './short-forms.ts';

export interface Loaded {
  /** In the order of merging: what is extended first, the recipe last. A file that is extended twice counts at its first place. */
  files: { file: string; node: MapNode }[];
  sources: Map<string, string>;
  findings: Diagnostic[];
}

/** Reads a recipe and all that it extends; steps 1 and 2 are done on each file. `cwd`: the working directory. */
export async function load(file: string, read: ReadRecipe, cwd: string): Promise<Loaded> {
  const loaded: Loaded = { files: [], sources: new Map(), findings: [] };
  const first = await read(file);
  if ('problem' in first) loaded.findings.push(first.problem);
  else await add(file, first.text, [], { loaded, read, cwd });
  return loaded;
}

interface Work {
  loaded: Loaded;
  read: ReadRecipe;
  cwd: string;
}

async function add(file: string, text: string, chain: readonly string[], work: Work): Promise<void> {
  const { loaded } = work;
  const own = [...chain, file];
  const layer = chain.length === 0 ? 'recipe' : 'base';
  loaded.sources.set(file, text);
  const { node, findings } = parse(text, { file, layer });
  loaded.findings.push(...findings);
  if (node === null || node.kind !== 'map') {
    if (findings.length === 0) loaded.findings.push(notAMap(node?.place ?? { file, line: 1, column: 1 }, kindOf(node)));
    return;
  }
  const table = node.entries.get('table');
  if (table && !node.entries.has('recipe')) {
    loaded.findings.push(isTable(table.key ?? table.place));
    return;
  }
  for (const { path, place, at } of extended(node, loaded.findings)) {
    const target = contained(path, file, work.cwd);
    if (target === null) {
      loaded.findings.push(extendsOutside(place, at, path));
      continue;
    }
    if (!/\.ya?ml$/i.test(path)) {
      const near = await nearestFile(target);
      loaded.findings.push(extendsNoRecipe(place, at, path, near && relative(dirname(file), near)));
      continue;
    }
    const from = own.indexOf(target);
    if (from >= 0) {
      const names = [...own.slice(from), target].map((name) => relative(dirname(file), name));
      loaded.findings.push(extendsCycle(place, at, names));
    } else if (!loaded.sources.has(target)) {
      const content = await work.read(target);
      if ('text' in content) await add(target, content.text, own, work);
      else loaded.findings.push(await missing(content.problem, place, at, path, target));
    }
  }
  loaded.files.push({ file, node: expandShortForms(node, LANGUAGE) as MapNode });
}

async function missing(problem: Diagnostic, place: Place, at: Path, path: string, target: string): Promise<Diagnostic> {
  if (problem.code !== 'recipe-missing') return problem;
  const near = await nearestFile(target);
  const why = problem.message.slice(problem.message.lastIndexOf(': ') + 2, -1);
  return extendsMissing(place, at, path, why, near && relative(dirname(place.file), near));
}

function kindOf(node: Node | null): string {
  if (node === null || isNull(node)) return 'empty';
  return node.kind === 'list' ? 'a list' : 'a single value';
}

function extended(node: MapNode, findings: Diagnostic[]): { path: string; place: Place; at: Path }[] {
  const value = node.entries.get('extends');
  if (!value || isNull(value)) return [];
  const items = value.kind === 'list' ? value.items : [value];
  const paths: { path: string; place: Place; at: Path }[] = [];
  items.forEach((item, index) => {
    const at: Path = value.kind === 'list' ? ['extends', index] : ['extends'];
    if (isText(item) && item.value !== '') paths.push({ path: item.value, place: item.place, at });
    else findings.push(extendsForm(item.place, at));
  });
  return paths;
}

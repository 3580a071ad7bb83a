import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { DIRECT_IMPORTS } from './cli/direct-imports.ts';

const root = new URL('../', import.meta.url);
const files = ['src', 'plugins', 'scripts'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /(?<!\.d)\.m?[jt]s$/.test(name)),
);

/** What each file imports of these, types and `import()` included. */
const imports = new Map(
  files.map((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(new URL(file, root), 'utf8'), true, true);
    const targets = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'));
    return [file, targets.map((name) => join(dirname(file), name)).filter((name) => files.includes(name))];
  }),
);

/** Each circle once, as far as a walk meets it: its nodes in their order, the first again at the end. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (node: string) => {
    const at = way.indexOf(node);
    if (at >= 0) found.push([...way.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    way.push(node);
    for (const target of graph.get(node) ?? []) walk(target);
    way.pop();
    done.add(node);
  };
  for (const node of graph.keys()) walk(node);
  return found;
}

const ways = (found: readonly (readonly string[])[]) => found.map((circle) => circle.join(' -> '));

test('a circle is found, with the way around it', () => {
  const graph = new Map(Object.entries({ a: ['b'], b: ['c', 'd'], c: [], d: ['b'], e: ['e'] }));
  expect(ways(circles(graph))).toEqual(['b -> d -> b', 'e -> e']);
});

test('no file imports itself by way of others: a type that both need has a file of its own', () => {
  expect(files.length).toBeGreaterThan(500);
  expect(imports.get('src/runtime/stage.ts'), 'types').toContain('src/runtime/events.ts');
  expect(imports.get('scripts/setup.mjs'), 'import()').toContain('scripts/build.mjs');
  expect(ways(circles(imports))).toEqual([]);
});

test('the folders of the runtime import one way: runs -> plan -> store', () => {
  const folderOf = (file: string) => /^src\/runtime\/([^/]+)\//.exec(file)?.[1];
  const graph = new Map<string, string[]>();
  const why = new Map<string, string>();
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [from, to] = [folderOf(file), folderOf(target)];
      if (from === undefined || to === undefined || from === to) continue;
      graph.set(from, [...(graph.get(from) ?? []), to]);
      why.set(`${from} -> ${to}`, `${file} -> ${target}`);
    }
  }
  expect(graph.get('runs')).toEqual(expect.arrayContaining(['plan', 'store']));
  const told = circles(graph).map((circle) => circle.slice(1).map((to, i) => why.get(`${circle[i]} -> ${to}`)));
  expect(told).toEqual([]);
});

test('what the command does beside the library is counted, and only becomes less', () => {
  const direct = [...imports].flatMap(([file, targets]) => {
    const own = new Set(targets.filter((target) => /^src\/(runtime|registry)\//.test(target))).size;
    return file.startsWith('src/cli/') && own > 0 ? [[file.slice('src/cli/'.length), own] as const] : [];
  });
  for (const [file, count] of direct)
    expect(DIRECT_IMPORTS[file] ?? 0, `src/cli/${file}: use src/library/index.ts`).toBeGreaterThanOrEqual(count);
  // Lower the number where one became smaller: else it could grow again.
  expect(Object.fromEntries(direct)).toEqual(DIRECT_IMPORTS);
});

test('the library is loaded when it is called: importing it loads none of the runtime', () => {
  const loaded = new Set<string>();
  const walk = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const text = readFileSync(new URL(file, root), 'utf8');
    // What is erased is loaded by nobody, and `import()` later.
    for (const [, target = ''] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '(\.[^']+)';/gm))
      walk(join(dirname(file), target));
  };
  walk('src/library/index.ts');
  expect([...loaded].filter((file) => file.startsWith('src/runtime/'))).toEqual([]);
  expect(loaded).toContain('src/errors.ts');
});

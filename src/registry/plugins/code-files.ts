import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { meantFiles } from './meant-files.ts';

const CODE = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/**
 * The files that a module is made of: itself, what it imports by relative paths, and what texts in it name so
 * (`createRequire`, `new URL(…, import.meta.url)`), and so on from there. Where an import leads to no file that is found, the
 * code of the whole folder counts as well: what ran may be any of it.
 */
export async function codeFiles(module: string): Promise<Set<string>> {
  const found = new Set<string>([module]);
  let whole = false;
  for (let open = [module]; open.length > 0; ) {
    const named: string[] = [];
    for (const file of open.filter((path) => CODE.includes(extname(path)))) {
      const imports = await importsOf(file);
      whole ||= imports === null || imports.some((files) => files.length === 0);
      named.push(...(imports ?? []).flat(), ...textFiles(file));
    }
    open = [...new Set(named.map((path) => realpathSync(path)))].filter((path) => !found.has(path));
    for (const path of open) found.add(path);
  }
  if (whole) for (const file of sources(dirname(module))) found.add(file);
  return found;
}

/** The files that each of the imports of a file may mean, packages apart; null where it cannot be read as code. */
async function importsOf(file: string): Promise<string[][] | null> {
  const { build } = await import('esbuild');
  const imports: string[][] = [];
  try {
    await build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      logLevel: 'silent',
      // Only the imports are of interest: no setting of a tsconfig.json around may change or break them.
      tsconfigRaw: '{}',
      plugins: [
        {
          name: 'imports',
          setup: ({ onResolve, resolve: resolved }) => {
            onResolve({ filter: /./ }, async ({ path, kind, resolveDir, pluginData }) => {
              if (kind === 'entry-point' || pluginData === 'own') return undefined;
              if (path.startsWith('#')) {
                const { errors, path: meant } = await resolved(path, { kind, resolveDir, pluginData: 'own' });
                imports.push(errors.length > 0 ? [] : meantFiles(meant, file));
              } else if (/^(\.|\/|file:)/.test(path)) imports.push(meantFiles(path, file));
              return { path, external: true };
            });
          },
        },
      ],
    });
    return imports;
  } catch {
    return null;
  }
}

/** Existing files that texts of a module name: relative paths anywhere, any path as a URL from the module. */
function textFiles(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const paths = [...text.matchAll(/(['"`])(\.\.?\/[^'"`$\n]+)\1/g)].map(([, , path = '']) => path);
  const urls = [...text.matchAll(/new URL\(\s*(['"`])([^'"`$\n:]+)\1\s*,\s*import\.meta\.url/g)];
  return [...paths, ...urls.map(([, , path = '']) => resolve(dirname(file), path))].flatMap((path) =>
    meantFiles(path, file),
  );
}

/** Code of a folder and of those below it, packages apart; no JSON, which runs may write there. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : sources(path);
    return entry.isFile() && CODE.includes(extname(path)) ? [path] : [];
  });
}

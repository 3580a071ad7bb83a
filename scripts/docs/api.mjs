/**
 * docs/api: the public API from its docstrings, a page for each export of the package. `--check` writes nothing and names
 * the pages that are stale.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Application } from 'typedoc';
import { main, ROOT, SetupError } from '../script.mjs';

const FOLDER = join(ROOT, 'docs', 'api');

await main(async () => {
  const pages = await generate();
  const there = pagesBelow(FOLDER);
  const gone = Object.keys(there).filter((name) => !Object.hasOwn(pages, name));
  const changed = Object.keys(pages).filter((name) => there[name] !== pages[name]);
  const stale = [...changed, ...gone];
  if (process.argv.includes('--check')) {
    for (const name of stale) process.stderr.write(`stale: docs/api/${name}\n`);
    if (stale.length > 0) process.stderr.write('Write them anew with: node scripts/docs/api.mjs\n');
    return stale.length > 0 ? 1 : 0;
  }
  for (const name of gone) rmSync(join(FOLDER, name));
  for (const name of changed) {
    mkdirSync(dirname(join(FOLDER, name)), { recursive: true });
    writeFileSync(join(FOLDER, name), pages[name]);
  }
  process.stdout.write(`docs/api: ${Object.keys(pages).length} pages, ${stale.length} of them changed\n`);
  return 0;
});

/** Name -> text. */
function pagesBelow(folder) {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  const pages = names.filter((name) => name.endsWith('.md')).sort();
  return Object.fromEntries(pages.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

async function generate() {
  const out = mkdtempSync(join(tmpdir(), 'ichor-docs-'));
  try {
    const app = await Application.bootstrapWithPlugins({
      entryPoints: ['src/index.ts', 'src/library/index.ts', 'src/testing/index.ts'].map((file) => join(ROOT, file)),
      tsconfig: join(ROOT, 'tsconfig.build.json'),
      outputs: [{ name: 'markdown', path: out }],
      plugin: ['typedoc-plugin-markdown'],
      // TypeBox, which `Type` is, has documentation of its own.
      excludeExternals: true,
      excludeInternal: true,
      // The type check is a step of its own.
      skipErrorChecking: true,
      disableSources: true,
      readme: 'none',
      includeVersion: false,
      logLevel: 'Error',
      outputFileStrategy: 'modules',
      hidePageHeader: true,
      hideBreadcrumbs: true,
      useCodeBlocks: true,
      expandObjects: true,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      typeAliasPropertiesFormat: 'table',
    });
    const project = await app.convert();
    if (!project) throw new SetupError('typedoc cannot read the sources.');
    await app.generateOutputs(project);
    if (app.logger.hasErrors()) throw new SetupError('typedoc found errors in the docstrings.');
    const pages = pagesBelow(out);
    if (Object.keys(pages).length === 0) throw new SetupError('typedoc wrote nothing.');
    return pages;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

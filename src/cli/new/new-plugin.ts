import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync, readFileSync } from '../../files/fs.ts';
import { ownVersion } from '../../version.ts';
import { printJson } from '../json.ts';
import { componentName, prefixOf } from './names.ts';
import { template } from './template.ts';
import { writeNewFiles } from './write-files.ts';

/** `ichor new plugin NAME`: a package with one window, its test, and a recipe that uses it. */
export async function newPluginCommand(name: string, { json = false }: { json?: boolean } = {}): Promise<number> {
  const prefix = prefixOf(name);
  const directory =
    name.slice(name.indexOf('/') + 1) === 'ichor-plugin' ? `${prefix}-ichor-plugin` : name.slice(name.indexOf('/') + 1);
  const folder = resolve(directory);
  const soft = componentName('soft', prefix);
  const version = await ownVersion();
  const words = {
    package: name,
    prefix,
    file: soft.file,
    identifier: soft.identifier,
    peer: `^${version}`,
    ichor: JSON.stringify(statedIchor(folder) ?? version),
    ...tools(),
  };
  const plugin = (file: string) => template(`plugin/${file}`, words);
  await writeNewFiles(folder, {
    'package.json': await plugin('package.json'),
    'tsconfig.json': await plugin('tsconfig.json'),
    'tsconfig.build.json': await plugin('tsconfig.build.json'),
    '.gitignore': await plugin('gitignore'),
    'README.md': await plugin('README.md'),
    'recipe.yaml': await plugin('recipe.yaml'),
    'src/index.ts': await plugin('index.ts'),
    'src/soft.ts': await template('window.ts', { name: soft.name }),
    'test/soft.test.ts': await template('component.test.ts', {
      name: soft.name,
      kind: 'window',
      import: '../src/soft.ts',
    }),
  });
  if (json) return printJson({ folder, prefix });
  process.stdout.write(
    `wrote ${directory}/: a plugin package, its components under ${prefix}/\nnext: cd ${directory}, npm install, npm test\n`,
  );
  return 0;
}

/** How the project around the new folder states ichor (a version, a tarball), said from the new folder. */
function statedIchor(folder: string): string | null {
  for (let above = dirname(folder); ; above = dirname(above)) {
    const manifest = packageJson(join(above, 'package.json'));
    const stated = manifest?.dependencies?.ichor ?? manifest?.devDependencies?.ichor;
    if (typeof stated === 'string') {
      if (!stated.startsWith('file:')) return stated;
      return `file:${relative(folder, resolve(above, stated.slice('file:'.length)))
        .split(sep)
        .join('/')}`;
    }
    if (above === dirname(above)) return null;
  }
}

/** The versions of the tools that ichor itself is built with: they are known to work together. */
function tools(): { typescript: string; tsx: string; nodeTypes: string } {
  const own = { ...ownPackage?.devDependencies, ...ownPackage?.dependencies };
  return {
    typescript: own.typescript ?? '^5.9.3',
    tsx: own.tsx ?? '^4.23.0',
    nodeTypes: own['@types/node'] ?? '^20.19.0',
  };
}

interface PackageJson {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function packageJson(file: string): PackageJson | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PackageJson;
  } catch {
    // Somebody else's broken file is not what this command is about.
    return null;
  }
}

/** Three folders up in the sources, four in dist. */
const ownPackage = ['../../../package.json', '../../../../package.json']
  .map((up) => packageJson(fileURLToPath(new URL(up, import.meta.url))))
  .find((found) => found !== null);

import { join } from 'node:path';
import { readFile } from '../../../files/fs.ts';
import { homeFolder } from '../../../files/home.ts';

/** Where pip would look for packages. Addresses may hold a password: show them only through `withoutPassword`. */
export interface PackageSources {
  /** Addresses of package indexes (`…/simple`), the main one first. */
  indexes: string[];
  /** `find-links`: folders, files or pages that link to packages. */
  links: string[];
}

/**
 * What pip is configured for, as pip itself finds it: configuration files, the later over the earlier, and over them
 * the environment. pip's built-in index is not in it: no index's address stands in this project.
 */
export async function packageSources(
  env: NodeJS.ProcessEnv = process.env,
  files: readonly string[] = configurationFiles(env),
): Promise<PackageSources> {
  const global = new Map<string, string>();
  const download = new Map<string, string>();
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR'].includes(error.code ?? '')) return '';
      throw error;
    });
    const sections = parseIni(text);
    for (const [key, value] of sections.get('global') ?? []) global.set(key, value);
    for (const [key, value] of sections.get('download') ?? []) download.set(key, value);
  }
  // pip: a command's own section, of whatever file, over [global].
  const settings = new Map([...global, ...download]);
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('PIP_') && value) settings.set(normalise(name.slice('PIP_'.length)), value);
  }
  const words = (key: string) => (settings.get(key) ?? '').split(/\s+/).filter((word) => word !== '');
  const offline = /^(1|true|yes|on|y|t)$/i.test(settings.get('no-index') ?? '');
  return {
    indexes: offline ? [] : [...words('index-url').slice(0, 1), ...words('extra-index-url')],
    links: words('find-links'),
  };
}

/** pip's files on Linux in rising precedence: system, user (old place, new place), virtual environment, PIP_CONFIG_FILE. */
export function configurationFiles(
  env: NodeJS.ProcessEnv = process.env,
  home: string | null = env.HOME || homeFolder(),
): string[] {
  // pip reads no file at all when this names the null device.
  if (env.PIP_CONFIG_FILE === '/dev/null') return [];
  const system = (env.XDG_CONFIG_DIRS || '/etc/xdg').split(':').filter((folder) => folder !== '');
  const configuration = env.XDG_CONFIG_HOME || (home === null ? null : join(home, '.config'));
  return [
    ...system.map((folder) => join(folder, 'pip', 'pip.conf')),
    '/etc/pip.conf',
    ...(home === null ? [] : [join(home, '.pip', 'pip.conf')]),
    ...(configuration === null ? [] : [join(configuration, 'pip', 'pip.conf')]),
    ...(env.VIRTUAL_ENV ? [join(env.VIRTUAL_ENV, 'pip.conf')] : []),
    ...(env.PIP_CONFIG_FILE ? [env.PIP_CONFIG_FILE] : []),
  ];
}

/** The format of Python's configparser: sections, `key = value` or `key: value`, a value goes on in indented lines. */
export function parseIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line);
    if (header) {
      const name = header[1]!.trim().toLowerCase();
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      key = undefined;
      continue;
    }
    if (/^\s/.test(line) && key !== undefined) {
      section?.set(key, `${section.get(key) ?? ''}\n${line.trim()}`);
      continue;
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line);
    if (!pair) continue;
    key = normalise(pair[1]!);
    section?.set(key, pair[2]!.trim());
  }
  return sections;
}

/** pip's own rule for names of options: `INDEX_URL`, `--index-url` and `index-url` are one. */
function normalise(name: string): string {
  return name.trim().toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

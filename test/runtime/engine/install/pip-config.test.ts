import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationFiles, packageSources, parseIni } from '../../../../src/runtime/engine/install/pip-config.ts';
import { temporaryFolder } from './fakes.ts';

test("a configuration is read as Python's configparser reads it", () => {
  const sections = parseIni(
    [
      '# a comment',
      '[global]',
      'index-url = https://one.example/simple   ',
      'extra_index_url =',
      '    https://two.example/simple',
      '    # not an address',
      '    https://three.example/simple',
      'Timeout: 60',
      '; another comment',
      '[download]',
      '--find-links=/wheels /more',
    ].join('\r\n'),
  );
  expect(Object.fromEntries(sections.get('global') ?? [])).toEqual({
    'index-url': 'https://one.example/simple',
    'extra-index-url': '\nhttps://two.example/simple\nhttps://three.example/simple',
    timeout: '60',
  });
  expect(sections.get('download')?.get('find-links')).toBe('/wheels /more');
});

test("the user's file wins over the system's, the section [download] over [global], the environment over all", async () => {
  const home = await temporaryFolder();
  const file = async (path: string, text: string) => {
    await mkdir(join(home, path, '..'), { recursive: true });
    await writeFile(join(home, path), text);
  };
  await file(
    'xdg/pip/pip.conf',
    '[global]\nindex-url = https://system.example/simple\nextra-index-url = https://e.example/\n',
  );
  await file('.config/pip/pip.conf', '[global]\nindex-url = https://user.example/simple\n');
  const env = { HOME: home, XDG_CONFIG_DIRS: join(home, 'xdg') };
  const sources = async (more: NodeJS.ProcessEnv = {}) => {
    const all = { ...env, ...more };
    return packageSources(
      all,
      configurationFiles(all).filter((path) => path.startsWith(home)),
    );
  };
  expect(await sources()).toEqual({ indexes: ['https://user.example/simple', 'https://e.example/'], links: [] });

  await file(
    '.config/pip/pip.conf',
    '[download]\nindex-url = https://download.example/\n[global]\nindex-url = https://user.example/\n',
  );
  expect((await sources()).indexes[0]).toBe('https://download.example/');

  await file('own.conf', '[global]\nindex-url = https://own.example/\nfind-links = /a /b\n');
  expect(await sources({ PIP_CONFIG_FILE: join(home, 'own.conf') })).toEqual({
    // pip merges the files first: [download] of any of them stands over [global] of all.
    indexes: ['https://download.example/', 'https://e.example/'],
    links: ['/a', '/b'],
  });
  expect((await sources({ PIP_INDEX_URL: 'https://env.example/simple' })).indexes[0]).toBe(
    'https://env.example/simple',
  );
  expect(await sources({ PIP_NO_INDEX: '1', PIP_FIND_LINKS: '/c' })).toEqual({ indexes: [], links: ['/c'] });
});

test('without any configuration there is no index: none is built in', async () => {
  const home = await temporaryFolder();
  expect(configurationFiles({ HOME: home, PIP_CONFIG_FILE: '/dev/null' })).toEqual([]);
  expect(await packageSources({ HOME: home }, [join(home, 'missing.conf')])).toEqual({ indexes: [], links: [] });
});

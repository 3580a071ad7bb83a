import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/registry/diagnostics/findings/catalogue/index.ts';
import { top } from '../../cli.ts';

const run = promisify(execFile);
const entries = CATALOGUE.flatMap((group) => group.entries);

/** TypeScript files of a folder of the checkout, from its top, with `/`. */
const sources = (folder: string): string[] =>
  readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

/** No recipe that is checked leads there. */
const NOT_OF_A_RECIPE: Readonly<Record<string, string>> = {
  'not-migrated': 'of ichor migrate alone, which leaves the file as it is and says why',
  'precision-slow':
    'of this very machine, and not of the recipe: ichor plan and run say it too, and it has its page there',
  'component-holds':
    'a call of a component that does not return, wherever it is called from: it has its page with the runtime’s',
  'component-taken': 'two components of one name in createRegistry; of plugins it is told as plugin-taken',
};

/** Every code that a function of the sources makes: `'error', 'code'` of a finding, `code: '…'`, and what the registry throws. */
function emitted(): Set<string> {
  const codes = new Set<string>();
  for (const file of sources('src')) {
    if (file.includes('/catalogue/')) continue;
    // Without comments: a docstring may show how a component throws.
    const text = readFileSync(join(top, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const [, code] of text.matchAll(/'(?:error|warning|note)',\s*'([a-z0-9-]+)'/g)) codes.add(code!);
    if (file.includes('/findings/')) for (const [, code] of text.matchAll(/code: '([a-z0-9-]+)'/g)) codes.add(code!);
    if (file.startsWith('src/registry/'))
      for (const [, code] of text.matchAll(/new IchorError\(\s*'([a-z0-9-]+)'/g)) codes.add(code!);
  }
  // The list of severities itself.
  codes.delete('warning');
  return codes;
}

describe('the catalogue', () => {
  test('has an entry for every code that the sources can give, and none that they cannot', () => {
    const known = new Set(entries.map(({ code }) => code));
    const given = emitted();
    expect([...given].filter((code) => !known.has(code) && !Object.hasOwn(NOT_OF_A_RECIPE, code)).sort()).toEqual([]);
    expect([...known].filter((code) => !given.has(code)).sort()).toEqual([]);
    expect(Object.keys(NOT_OF_A_RECIPE).filter((code) => known.has(code) || !given.has(code))).toEqual([]);
  });

  test('names each code once, and says of each what happened and what to do in whole sentences', () => {
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length);
    for (const { code, title, why, fix } of entries) {
      expect(title, code).toMatch(/^[A-Z`].*[^.]$/);
      for (const text of [why, fix]) expect(text, code).toMatch(/^[A-Z`'].*[.:?)]$/);
      expect(why.length, code).toBeGreaterThan(40);
    }
  });

  test('is no part of what `check` loads', async () => {
    const all = sources('src').filter((file) => !file.includes('/catalogue/'));
    for (const file of all) expect(readFileSync(join(top, file), 'utf8'), file).not.toMatch(/from '.*catalogue/);
  });
});

describe('each example, checked by the built command', () => {
  let rows: {
    code: string;
    severity: string;
    besides: string[];
    codes: string[];
    severities: string[];
    places: boolean;
  }[];
  beforeAll(async () => {
    const { stdout } = await run(process.execPath, [join(top, 'scripts/docs/run-examples.mjs')], { maxBuffer: 1e8 });
    rows = JSON.parse(stdout);
  }, 120_000);

  test.each(entries.map(({ code }) => code))('%s', (code) => {
    const row = rows.find((one) => one.code === code);
    expect(row?.severities).toContain(`${code} ${row?.severity}`);
    expect([...(row?.codes ?? [])].sort()).toEqual([code, ...(row?.besides ?? [])].sort());
    expect(row?.places, 'every finding has a line').toBe(true);
  });
});

test('the pages are those that the examples give (else: node scripts/docs/diagnostics.mjs)', async () => {
  await expect(run(process.execPath, [join(top, 'scripts/docs/diagnostics.mjs'), '--check'])).resolves.toMatchObject({
    stderr: '',
  });
  // It calls the command some forty times.
}, 300_000);

test('an index lists every page, and no page points to a place that is not there', () => {
  const folder = join(top, 'docs', 'diagnostics');
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const { code } of entries) {
    expect(index).toContain(`[\`${code}\`](${code}.md)`);
    const page = readFileSync(join(folder, `${code}.md`), 'utf8');
    // Nothing of the machine that wrote it.
    expect(page).not.toMatch(/\/tmp\/|ichor-example|\/work\//);
  }
});

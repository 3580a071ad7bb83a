import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../src/registry/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** What the registry may load: `ichor check` never loads an engine, sharp or a codec. */
const ALLOWED = ['ajv', 'fastest-levenshtein', 'typebox', 'yaml'];

test('no file of the registry imports an engine, a codec or another layer', () => {
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) {
    // An example in a comment imports nothing.
    const source = readFileSync(new URL(file, folder), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const [, type, name = ''] of source.matchAll(/^(?:import|export)( type)?\s[^'"]*?from '([^']+)';/gm)) {
      const allowed = ALLOWED.includes(name) || name.startsWith('node:') || type !== undefined;
      const inside = /^\.\.?\/(?!.*(runtime|cli|\.\.\/plugins))/.test(name);
      expect(allowed || inside, `${file} imports ${name}`).toBe(true);
    }
    // Only what loads a recipe's plugins imports what a recipe names.
    if (!file.startsWith('plugins/')) expect(source.match(/\bimport\(/g), `${file} imports at run time`).toBeNull();
    if (file !== 'kinds/type.ts') expect(source, file).not.toMatch(/^(?:import|export) (?!type).*from 'typebox'/m);
  }
});

import { expect, it } from 'vitest';
import { NAME_PATTERN } from '../../../src/registry/language/language.ts';
import { nameOfFile } from '../../../src/registry/language/name-of-file.ts';

it('is the file’s name where that is fit for a name', () => {
  expect(nameOfFile('/a/paper.yaml', 'table')).toBe('paper');
  expect(nameOfFile('my table (1).yml', 'table')).toBe('my-table-1-');
  expect(nameOfFile('.yaml', 'table')).toBe('table');
});

it('keeps files with letters of other scripts apart, and is fit for the name of a folder', () => {
  const names = ['поле', 'опыт', '表', '表2', 'опыт-2', 'поле-2', 'résumé', 'resume', 'ж'.repeat(200)].map((name) =>
    nameOfFile(`${name}.yaml`, 'table'),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(new RegExp(NAME_PATTERN));
  expect(nameOfFile('résumé.yaml'.normalize('NFD'), 'table')).toBe(nameOfFile('résumé.yaml'.normalize('NFC'), 'table'));
});

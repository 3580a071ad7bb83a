import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contained } from '../../../src/registry/resolve/containment.ts';
import { temporaryFolder } from '../../scripts/scripts.ts';

test('a path stays in the workspace of its file or in that of the working directory', async () => {
  const top = await temporaryFolder();
  await mkdir(join(top, 'project/recipes'), { recursive: true });
  await mkdir(join(top, 'loose/recipes'), { recursive: true });
  await writeFile(join(top, 'project/package.json'), '{}');
  const file = join(top, 'project/recipes/a.yaml');
  const loose = join(top, 'loose/recipes/a.yaml');

  expect(contained('b.yaml', file, '/')).toBe(join(top, 'project/recipes/b.yaml'));
  expect(contained('../b.yaml', file, join(top, 'loose'))).toBe(join(top, 'project/b.yaml'));
  expect(contained('../../b.yaml', file, join(top, 'loose'))).toBeNull();
  expect(contained('../projector/b.yaml', file, join(top, 'loose'))).toBe(join(top, 'project/projector/b.yaml'));
  expect(contained('../../project-2/b.yaml', file, join(top, 'loose'))).toBeNull();
  // Without a package.json a folder is its own workspace; the working directory may be a wider one.
  expect(contained('../b.yaml', loose, join(top, 'loose/recipes'))).toBeNull();
  expect(contained('../b.yaml', loose, join(top, 'loose'))).toBe(join(top, 'loose/b.yaml'));
  expect(contained('..b/c.yaml', loose, join(top, 'loose'))).toBe(join(top, 'loose/recipes/..b/c.yaml'));
});

test.each(['/etc/passwd', 'C:\\secret.yaml', 'file:///etc/passwd', 'https://example.org/a.yaml'])(
  '%s is no relative path',
  (path) => {
    expect(contained(path, '/study/a.yaml', '/study')).toBeNull();
  },
);

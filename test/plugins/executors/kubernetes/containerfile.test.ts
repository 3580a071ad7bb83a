import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { top } from '../../../cli.ts';
import { validator } from '../../../peer-python.ts';

const file = join(top, 'Containerfile');
const text = readFileSync(file, 'utf8');

it.skipIf(validator === null)(
  `the Containerfile has nothing that hadolint finds${validator === null ? ' (skipped: `node scripts/peer-python.mjs kubernetes` fetches it)' : ''}`,
  () => {
    const program = join(dirname(validator as string), 'hadolint');
    const { status, stdout, stderr } = spawnSync(program, [file], { encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
    const bad = spawnSync(program, ['-'], { input: 'FROM node\nRUN cd /tmp\n', encoding: 'utf8' });
    expect(bad.stdout).toContain('DL3006');
  },
);

it('the image has what a package has, and no root', () => {
  const { files } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { files: string[] };
  const copied = [...text.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(([, names = '']) =>
    names.split(' ').map((name) => name.replace('/opt/ichor/', '')),
  );
  for (const name of copied)
    expect(['dist', 'node_modules'].includes(name) || existsSync(join(top, name)), name).toBe(true);
  // Of a package: what a person reads on paper alone, and examples of programs, are no part of an image.
  expect(files.filter((name) => !copied.includes(name)).sort()).toEqual([
    'CHANGELOG.md',
    'README.md',
    'examples/library',
  ]);
  expect(
    /^USER (\d+):(\d+)$/m
      .exec(text)
      ?.slice(1)
      .every((id) => Number(id) > 0),
  ).toBe(true);
  expect(text).toMatch(/^ENTRYPOINT \["ichor"\]$/m);
});

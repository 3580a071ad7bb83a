import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScript, plainEnvironment, ROOT, temporaryFolder } from './scripts.ts';

type Run = (command: string, args: string[], options: object) => Promise<{ status: number | null; output: string }>;
const { run } = await loadScript<{ run: Run }>('script.mjs');

test('counts what passed and failed, and names what was skipped with its reason', async () => {
  const root = await temporaryFolder(true);
  await writeFile(
    join(root, 'some.test.js'),
    `import { expect, test } from 'vitest';
test('right', () => {});
test('wrong', () => expect(1).toBe(2));
test('needs a tool', (context) => context.skip('there is no tool'));
test.skip('left out', () => {});`,
  );
  await writeFile(join(root, 'broken.test.js'), `throw new Error('does not load');`);
  const report = join(root, 'report.json');
  const { status } = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...['--root', root],
      `--reporter=${join(ROOT, 'scripts/test-reporter.mjs')}`,
    ],
    { cwd: root, env: plainEnvironment({ ICHOR_TEST_REPORT: report }), hidden: true },
  );
  expect(status).toBe(1);
  expect(JSON.parse(await readFile(report, 'utf8'))).toEqual({
    passed: 1,
    failed: 2,
    skipped: [
      { file: 'some.test.js', name: 'needs a tool', note: 'there is no tool' },
      { file: 'some.test.js', name: 'left out', note: null },
    ],
  });
});

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ichor } from '../../cli.ts';
import { folderOf, recipe, windowCode } from './workspace.ts';

const noisy = `${windowCode('acme/soft', 'export default soft;')}
console.log('from the plugin'); process.stdout.write('from the plugin'); process.exitCode = 7;`;

it('ichor check --format json prints one array and nothing else, whatever a plugin prints; the status is its own', async () => {
  const folder = await folderOf({ 'p.ts': noisy, 'r.yaml': recipe(['./p.ts'], '{ type: acme/soft }') });
  const { status, out, err } = await ichor(['check', 'r.yaml', '--format', 'json'], { cwd: folder });
  expect(JSON.parse(out)).toMatchObject([{ code: 'plugin-code', severity: 'note', file: 'r.yaml', line: 3 }]);
  expect(err.match(/from the plugin/g)).toHaveLength(2);
  expect(status).toBe(0);
});

it('a plugin that fails gives the recipe’s line and no stack trace', async () => {
  const folder = await folderOf({ 'p.ts': "throw new Error('no luck');", 'r.yaml': recipe(['./p.ts']) });
  const { status, out, err } = await ichor(['check', 'r.yaml'], { cwd: folder });
  expect(status).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('r.yaml:3:12  error plugin-failed');
  expect(err).toContain('The plugin ./p.ts failed while it was loaded: no luck (at p.ts:1:7)');
  expect(err).not.toMatch(/^\s+at /m);
});

it('ichor check --no-plugin-code runs none; ichor list and describe say what is wrong with --plugin', async () => {
  const folder = await folderOf({
    'p.ts': "throw new Error('ran');",
    'r.yaml': recipe(['./p.ts'], '{ type: acme/soft, any: 1 }'),
  });
  const checked = await ichor(['check', 'r.yaml', '--no-plugin-code'], { cwd: folder });
  expect(checked.status).toBe(0);
  expect(checked.err).toContain('note plugin-unchecked');
  for (const args of [
    ['list', 'window', '--plugin', './q.ts'],
    ['describe', 'window', 'acme/soft', '--plugin', './q.ts'],
    ['schema', '--plugin', './q.ts', '--out', 'never.json'],
  ]) {
    const { status, out, err } = await ichor(args, { cwd: folder });
    expect(`${status} ${out}`).toBe('2 ');
    expect(err).toContain('There is no plugin file ./q.ts.');
  }
  const unwritable = await ichor(['schema', '--out', join('no', 'such', 'folder.json')], { cwd: folder });
  expect(unwritable.status).toBe(2);
  expect(unwritable.err).toContain('error[file-not-writable]');
  const none = await ichor(['schema', '--plugin-of', 'nowhere'], { cwd: folder });
  expect(none.status).toBe(2);
});

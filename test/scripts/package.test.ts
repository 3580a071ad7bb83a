import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEngine } from '../../src/runtime/engine/install/find.ts';
import { loadScript, plainEnvironment, ROOT, temporaryFolder } from './scripts.ts';

interface Result {
  status: number | null;
  output: string;
}
type Run = (command: string, args: string[], options: object) => Promise<Result>;
const { run } = await loadScript<{ run: Run }>('setup.mjs');

test('the packed tarball, installed in an empty project, runs a recipe with a working engine', async () => {
  const folder = await temporaryFolder();
  const env = plainEnvironment();
  const command = async (program: string, ...args: string[]): Promise<string> => {
    const { status, output } = await run(program, args, { cwd: folder, env, hidden: true });
    expect(`${program} ${args.join(' ')}: ${status}\n${status === 0 ? '' : output}`).toBe(
      `${program} ${args.join(' ')}: 0\n`,
    );
    return output;
  };

  const packed = await command(process.execPath, join(ROOT, 'scripts/package.mjs'), folder);
  const tarball = packed.trim().split('\n').at(-1)!;
  await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true }');
  await command('npm', 'install', tarball, '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts=false');

  // What only develops ichor is not there: the kernels come with the tarball.
  expect(existsSync(join(folder, 'node_modules/@tensorflow/tfjs-node-gpu'))).toBe(false);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await command('npx', 'ichor', '--version')).toContain(version);

  const engine = (await findEngine()) === null ? 'wasm' : 'native';
  const recipe = 'node_modules/ichor/recipes/quickstart.yaml';
  await command('npx', 'ichor', 'run', recipe, '--smoke', '--engine', engine);
  expect(existsSync(join(folder, '.ichor/runs'))).toBe(true);
}, 600_000);

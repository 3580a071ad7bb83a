import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScript, ROOT, temporaryFolder } from './scripts.ts';

const { build } = await loadScript<{ build(root: string): Promise<boolean> }>('build.mjs');

/** A project of the repository's form with one command and one component. */
async function project(): Promise<string> {
  const root = await temporaryFolder(true);
  for (const name of [
    'tsconfig.json',
    'tsconfig.build.json',
    'package.json',
    'package-lock.json',
    'LICENSE',
    'NOTICE',
  ]) {
    await cp(join(ROOT, name), join(root, name));
  }
  for (const folder of ['scripts', 'plugins', 'src/cli', 'src/registry'])
    await mkdir(join(root, folder), { recursive: true });
  for (const file of [
    'scripts/build.mjs',
    'scripts/build-bundle.mjs',
    'scripts/build-cjs.mjs',
    'src/registry/kinds/type.ts',
  ])
    await cp(join(ROOT, file), join(root, file));
  await writeFile(join(root, 'plugins/one.ts'), 'export const one = 1;\n');
  await writeFile(join(root, 'src/cli/page.css'), 'p {}\n');
  await writeFile(
    join(root, 'src/cli/main.ts'),
    "#!/usr/bin/env node\nimport { one } from '../../plugins/one.ts';\nconst text: string = String(one as number);\nprocess.stdout.write(text);\n",
  );
  return root;
}

test('builds what runs, once; builds again when a source changes; keeps the old one when it does not compile', async () => {
  const root = await project();
  const main = join(root, 'dist/src/cli/main.js');
  const run = () => execFileSync(main, { encoding: 'utf8' });

  expect(await build(root)).toBe(true);
  expect(run()).toBe('1');
  expect(await readFile(join(root, 'dist/src/cli/page.css'), 'utf8')).toBe('p {}\n');
  const { mtimeMs } = await stat(main);
  expect(await build(root)).toBe(false);
  expect((await stat(main)).mtimeMs).toBe(mtimeMs);

  await writeFile(join(root, 'plugins/one.ts'), "export const one = 'two';\n");
  await expect(build(root)).rejects.toThrow(/the sources do not compile:[\s\S]*main\.ts/);
  expect(run()).toBe('1');
  await writeFile(join(root, 'plugins/one.ts'), 'export const one = 3;\n');
  expect(await build(root)).toBe(true);
  expect(run()).toBe('3');
  // Nothing is left of the failed build, nor of the one that was replaced.
  expect(await readdir(join(root, 'node_modules/.cache/ichor-build'))).not.toContain(String(process.pid));
}, 180_000);

test("the bundle registers tfjs-node's kernels with the one copy of tfjs, and carries its licences", async () => {
  const root = await project();
  await build(root);
  const vendor = join(root, 'dist/vendor');
  const code = await readFile(join(vendor, 'tfjs-node-kernels.cjs'), 'utf8');
  expect(code).not.toMatch(/node-pre-gyp|node-fetch/);
  expect(new Set(code.match(/require\("(?![./])[^"]+"\)/g))).toEqual(
    new Set(['require("@tensorflow/tfjs")', 'require("util")', 'require("os")']),
  );
  const notice = await readFile(join(vendor, 'NOTICE'), 'utf8');
  for (const part of ['@tensorflow/tfjs-node-gpu 4.22.0', 'Google Inc.', 'Neither the name of', 'Apache License']) {
    expect(notice).toContain(part);
  }
  const script = `
    const { NodeJSKernelBackend } = require('./dist/vendor/tfjs-node-kernels.cjs');
    const tf = require('@tensorflow/tfjs');
    const backend = new NodeJSKernelBackend({ isUsingGpuDevice: () => false }, '@tensorflow/tfjs-node-gpu');
    console.log(JSON.stringify([tf.getKernelsForBackend('tensorflow').length, backend instanceof tf.KernelBackend]));`;
  const [kernels, sameCopy] = JSON.parse(
    execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }),
  );
  // Each file of the package's folder of kernels registers one.
  const files = (await readdir(join(ROOT, 'node_modules/@tensorflow/tfjs-node-gpu/dist/kernels'))).filter(
    (name) => /^_?[A-Z]\w*\.js$/.test(name) && !name.includes('_test'),
  );
  expect(kernels).toBe(files.length);
  expect(sameCopy).toBe(true);
}, 180_000);

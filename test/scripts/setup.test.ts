import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScript, ROOT, temporaryFolder } from './scripts.ts';

interface Setup {
  isInstalled(root: string): boolean;
  run(
    command: string,
    args: string[],
    options: { hidden: boolean },
  ): Promise<{ status: number | null; signal: string | null; output: string }>;
  exitStatus(result: { status: number | null; signal: string | null }): number;
}
const { isInstalled } = await loadScript<Setup>('setup.mjs');
const { run, exitStatus } = await loadScript<Setup>('script.mjs');

/** A project whose lockfile and installed packages are these. */
async function project(wanted: Record<string, object>, found: Record<string, object> | null): Promise<string> {
  const root = await temporaryFolder();
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
  if (found === null) return root;
  for (const place of Object.keys(found)) {
    await mkdir(join(root, place), { recursive: true });
    await writeFile(join(root, place, 'package.json'), '{}');
  }
  await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: found }));
  return root;
}

const A = { 'node_modules/a': { version: '1.0.0' } };

test('packages count as installed when all that the lockfile names are there in its version', async () => {
  const other = { 'node_modules/other-platform': { version: '1.0.0', optional: true } };
  const b = { 'node_modules/@s/b': { version: '2.0.0' } };
  expect(isInstalled(await project({ ...A, ...other }, A))).toBe(true);
  expect(isInstalled(await project(A, null))).toBe(false);
  expect(isInstalled(await project({ ...A, ...b }, A))).toBe(false);
  expect(isInstalled(await project(A, { 'node_modules/a': { version: '1.0.1' } }))).toBe(false);
  expect(isInstalled(ROOT)).toBe(true);
});

test("a command's output is kept, its status and its signal are handed on", async () => {
  const node = (script: string) => run(process.execPath, ['-e', script], { hidden: true });
  const failed = await node("console.log('out'); console.error('err'); process.exit(3)");
  expect(failed).toMatchObject({ status: 3, signal: null });
  expect(failed.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  const killed = await node("process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000)");
  expect(exitStatus(killed)).toBe(143);
  expect(exitStatus(await node("process.kill(process.pid, 'SIGHUP'); setTimeout(() => {}, 5000)"))).toBe(129);
  expect(exitStatus(failed)).toBe(3);
  await expect(run('/nowhere/command', [], { hidden: true })).rejects.toThrow('/nowhere/command cannot be started');
});

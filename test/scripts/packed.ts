import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject } from 'vitest';
import { loadScript, plainEnvironment, ROOT } from './scripts.ts';

interface Result {
  status: number | null;
  output: string;
}
type Run = (command: string, args: string[], options: object) => Promise<Result>;
export const { run } = await loadScript<{ run: Run }>('script.mjs');

/** What `npm install` is called with: nothing is asked of a registry that npm's cache has. */
export const INSTALL = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts=false'];

/** Runs a program in a folder as a user's shell would; fails with what it said where its status is not 0. */
export async function command(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { status, output } = await run(program, args, { cwd, env: plainEnvironment(), hidden: true });
  const said = `${program} ${args.join(' ')}`;
  expect(`${said}: ${status}\n${status === 0 ? '' : output}`).toBe(`${said}: 0\n`);
  return output;
}

/** The path of ichor's tarball: packed once for all test files. */
export function packedIchor(): Promise<string> {
  return once('packed', async (folder) => {
    const said = await command(folder, process.execPath, join(ROOT, 'scripts/package.mjs'), folder);
    return said.trim().split('\n').at(-1) as string;
  });
}

/** A folder whose node_modules hold ichor, installed from its tarball, with the packages that it depends on: installed once for all test files. */
export async function installedIchor(): Promise<string> {
  const tarball = await packedIchor();
  return once('installed', async (made) => {
    await writeFile(join(made, 'package.json'), '{ "name": "empty", "private": true }');
    await command(made, 'npm', 'install', tarball, ...INSTALL);
    // npm's note of what it installed names the tarball from here: it is to hold wherever these packages are linked to.
    const note = join(made, 'node_modules/.package-lock.json');
    const text = await readFile(note, 'utf8');
    const [resolved = ''] = /(?<="resolved": ")file:[^"]+(?=")/.exec(text) ?? [];
    expect(resolve(made, resolved.slice('file:'.length))).toBe(resolve(tarball));
    await writeFile(note, text.replace(resolved, `file:${resolve(tarball)}`));
    return made;
  });
}

/** Makes `folder` an empty project in which ichor is installed from its tarball. Its packages are links: no test writes into them. */
export async function installIchor(folder: string, manifest: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await command(folder, 'cp', '-al', join(await installedIchor(), 'node_modules'), '.');
  const dependencies = { ichor: `file:${await packedIchor()}` };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
}

/** Links packages of the repository, and their programs, into a project that is to be developed. */
export async function linkTools(folder: string, ...names: string[]): Promise<void> {
  const modules = join(folder, 'node_modules');
  for (const directory of ['.bin', '@types']) await mkdir(join(modules, directory), { recursive: true });
  for (const name of names) {
    if (!existsSync(join(modules, name))) await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    const { bin = {} } = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8')) as {
      bin?: Record<string, string>;
    };
    for (const [program, path] of Object.entries(bin))
      if (!existsSync(join(modules, '.bin', program)))
        await symlink(join('..', name, path), join(modules, '.bin', program));
  }
}

/** Test files run in processes of their own: the first one makes it, the others wait for what it says. */
async function once(name: string, make: (folder: string) => Promise<string>): Promise<string> {
  const folder = join(inject('onceFolder'), name);
  const done = `${folder}.json`;
  const first = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (first) {
    const made = await make(folder).then(
      (value) => ({ value }),
      (error: Error) => ({ error: error.message }),
    );
    await writeFile(`${done}.new`, JSON.stringify(made));
    await rename(`${done}.new`, done);
  }
  for (;;) {
    const text = await readFile(done, 'utf8').catch(() => null);
    if (text !== null) {
      const { value, error } = JSON.parse(text) as { value?: string; error?: string };
      if (value === undefined) throw new Error(`${name}: ${error}`);
      return value;
    }
    await sleep(100);
  }
}

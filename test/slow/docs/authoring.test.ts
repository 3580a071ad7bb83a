import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../../registry/plugins/workspace.ts';
import { installedIchor, packedIchor } from '../../scripts/packed.ts';
import { plainEnvironment, ROOT } from '../../scripts/scripts.ts';

interface Block {
  language: string;
  attributes: Record<string, string>;
  text: string;
  line: number;
}

/** The code blocks of a page, in their order; after the language may stand `file=NAME` (the reader writes it) or others. */
function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  for (const match of page.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, language = '', rest = '', text = ''] = match;
    const attributes = Object.fromEntries(
      rest
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((pair) => pair.split('=')),
    );
    blocks.push({ language, attributes, text, line: page.slice(0, match.index).split('\n').length });
  }
  return blocks;
}

const shell = (script: string, cwd: string, env: NodeJS.ProcessEnv) =>
  new Promise<{ status: number | null; output: string }>((done) => {
    const child = spawn('bash', ['-e', '-c', script], { cwd, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (status) => done({ status, output }));
  });

test('docs/authoring.md works as it is written, from an empty folder, with ichor installed from a packed tarball', async () => {
  const start = await folderOf({});
  const env = plainEnvironment({
    NO_COLOR: '1',
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  });
  const tarball = await packedIchor();
  // What npm would fetch and unpack is there already where it installs into an empty folder: it looks at it, and adds what lacks.
  const seeds = `npm() { if [ "$1" = install ] && [ ! -e node_modules ]; then cp -al ${JSON.stringify(join(await installedIchor(), 'node_modules'))} .; fi; command npm "$@"; }`;
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };

  const page = await readFile(join(ROOT, 'docs/authoring.md'), 'utf8');
  expect(page).toContain(`ichor-${version}.tgz`);
  const blocks = blocksOf(page);
  const ran = { sh: 0, file: 0, is: 0, text: 0 };
  await writeFile(join(start, 'cwd'), start);
  let cwd = start;
  let said = '';
  for (const { language, attributes, text, line } of blocks) {
    const at = `docs/authoring.md:${line}`;
    if (attributes.file) {
      await mkdir(dirname(join(cwd, attributes.file)), { recursive: true });
      await writeFile(join(cwd, attributes.file), text);
      ran.file++;
    } else if (attributes.is) {
      expect(await readFile(join(cwd, attributes.is), 'utf8'), at).toBe(text);
      ran.is++;
    } else if (language === 'text') {
      for (const expected of text.trim().split('\n')) expect(said, at).toContain(expected);
      ran.text++;
    } else {
      expect(language, at).toBe('sh');
      const script = text.replaceAll(/~\/ichor\/ichor-[\d.]+\.tgz/g, JSON.stringify(tarball));
      const { status, output } = await shell(`trap 'pwd > ${start}/cwd' EXIT\n${seeds}\n${script}`, cwd, env);
      const wanted = Number(attributes.status ?? 0);
      expect(`${at}: ${status}\n${status === wanted ? '' : output}`).toBe(`${at}: ${wanted}\n`);
      cwd = (await readFile(join(start, 'cwd'), 'utf8')).trim();
      said = output;
      ran.sh++;
    }
  }
  // The page is what is tested, not a part of it.
  expect(ran).toEqual({ sh: 10, file: 6, is: 1, text: 4 });
  expect(cwd).toBe(join(start, 'head-ct'));

  // As through npx: ichor lies elsewhere, and around the recipe there is no package at all.
  const elsewhere = await folderOf({
    'soft.ts': await readFile(join(cwd, 'soft.ts'), 'utf8'),
    'soft.yaml': await readFile(join(cwd, 'soft.yaml'), 'utf8'),
  });
  const installed = join(cwd, 'node_modules/ichor/dist/src/cli/main.js');
  const { status, output } = await shell(`node ${JSON.stringify(installed)} check soft.yaml`, elsewhere, env);
  expect(`${status} ${output}`).toMatch(/^0 [\s\S]*valid: soft.yaml/);
}, 1_800_000);

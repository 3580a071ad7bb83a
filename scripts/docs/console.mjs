/**
 * Runs the commands of the console blocks of Markdown files, each file in a fresh folder with a copy of recipes/, and
 * writes what they say below them. `--check` writes nothing and names the files whose output is stale.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../script.mjs';
import { calledEnv } from './called-env.mjs';

const FILES = ['docs/mistakes.md'];
const ICHOR = join(ROOT, 'dist', 'src', 'cli', 'main.js');
const check = process.argv.includes('--check');

for (const name of FILES) {
  const file = join(ROOT, name);
  const text = readFileSync(file, 'utf8');
  const fresh = withOutputs(text);
  if (fresh === text) continue;
  if (check) {
    console.error(`stale: ${relative(ROOT, file)}: node scripts/docs/console.mjs`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, fresh);
    console.log(`${name}: outputs written anew`);
  }
}

function withOutputs(text) {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-console-'));
  cpSync(join(ROOT, 'recipes'), join(folder, 'recipes'), { recursive: true });
  try {
    return text.replaceAll(
      /^```console\n([\s\S]*?)^```$/gm,
      (_, block) => `\`\`\`console\n${filled(block, folder)}\`\`\``,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filled(block, folder) {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  return commands.map((line) => `${line}\n${outputOf(line.slice(2), folder)}`).join('');
}

/** Standard output and standard error in the order in which they come. */
function outputOf(command, folder) {
  const script = `ichor() { "${process.execPath}" "${ICHOR}" "$@"; }\n{ ${command}\n} 2>&1`;
  const { stdout } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env: calledEnv });
  return stdout;
}

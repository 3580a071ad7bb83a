import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTENTS } from '../../src/cli/program/contents.ts';
import { CALLED, exampleLines, examplesOf } from '../../src/cli/program/examples.ts';
import { EXIT_STATUSES } from '../../src/cli/program/exit-statuses.ts';
import { leavesOf, program } from '../../src/cli/program/program.ts';
import { loadScript, ROOT } from './scripts.ts';

type Run = (command: string, args: string[], options: object) => Promise<{ status: number | null; output: string }>;
const { run } = await loadScript<{ run: Run }>('script.mjs');
const { commandsPage } = await loadScript<{ commandsPage(what: object): string }>('docs/commands-page.mjs');

test('docs/api is what the docstrings say (else: npm run docs)', async () => {
  const script = join(ROOT, 'scripts/docs/api.mjs');
  const { status, output } = await run(process.execPath, [script, '--check'], { cwd: ROOT, hidden: true });
  expect(`${status}\n${output}`).toBe('0\n');
}, 120_000);

test('docs/commands.md is what the program says (else: npm run docs)', () => {
  const ichor = program();
  const page = commandsPage({
    ichor,
    leaves: leavesOf(ichor),
    contents: CONTENTS,
    statuses: EXIT_STATUSES,
    called: CALLED,
    examples: (words: string) => exampleLines(examplesOf(words)),
  });
  expect(readFileSync(join(ROOT, 'docs/commands.md'), 'utf8')).toBe(page);
  // Nothing that can be called is missing.
  for (const { words } of leavesOf(ichor)) expect(page).toContain(`\n### \`ichor ${words}\`\n`);
});

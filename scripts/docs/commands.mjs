/** docs/commands.md: every command with its options and examples. `--check` writes nothing and says whether it is stale. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../script.mjs';
import { built } from './built.mjs';
import { commandsPage } from './commands-page.mjs';

const FILE = join(ROOT, 'docs', 'commands.md');

const { program, leavesOf } = await built('src/cli/program/program.js');
const { CONTENTS } = await built('src/cli/program/contents.js');
const { EXIT_STATUSES } = await built('src/cli/program/exit-statuses.js');
const { CALLED, exampleLines, examplesOf } = await built('src/cli/program/examples.js');

const ichor = program();
const page = commandsPage({
  ichor,
  leaves: leavesOf(ichor),
  contents: CONTENTS,
  statuses: EXIT_STATUSES,
  called: CALLED,
  examples: (words) => exampleLines(examplesOf(words)),
});
const stale = !existsSync(FILE) || readFileSync(FILE, 'utf8') !== page;
if (process.argv.includes('--check')) {
  if (stale) console.error('stale: docs/commands.md: node scripts/docs/commands.mjs');
  process.exitCode = stale ? 1 : 0;
} else {
  if (stale) writeFileSync(FILE, page);
  console.log(`docs/commands.md: ${stale ? 'written anew' : 'nothing changed'}`);
}

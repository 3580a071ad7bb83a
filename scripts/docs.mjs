/** `npm run docs [-- --check]`: writes the generated parts of docs/ anew, or says which of them are stale. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { main, ROOT, run } from './script.mjs';

/** Scripts of scripts/docs, each of which takes --check. */
const GENERATORS = ['api', 'commands', 'diagnostics', 'console'];

await main(async () => {
  let failed = 0;
  for (const name of GENERATORS) {
    const script = join(ROOT, 'scripts', 'docs', `${name}.mjs`);
    if (!existsSync(script)) continue;
    const { status } = await run(process.execPath, [script, ...process.argv.slice(2)], { cwd: ROOT });
    if (status !== 0) failed = 1;
  }
  return failed;
});

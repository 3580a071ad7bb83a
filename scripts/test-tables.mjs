/** `npm run test:tables`: the selection of the paper's tables that CI gates, on phantoms, with its claims. What is in the store is recalled. */
import '../bin/check-node.mjs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const { COMMAND, ROOT, exitStatus, main, run } = await import('./script.mjs');
const { prepare } = await import('./setup.mjs');

await main(async () => {
  await prepare();
  const started = Date.now();
  const table = join('recipes', 'tables', 'selection.yaml');
  // Two of its small networks at once: alone, each leaves a second core half idle.
  const jobs = String(Math.min(2, availableParallelism()));
  const ended = await run(process.execPath, [COMMAND, 'table', table, '--profile', 'ci', '--jobs', jobs], {
    cwd: ROOT,
  });
  const status = exitStatus(ended);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  const why = { 1: 'a row failed', 3: 'a gate came out other than expected' }[status] ?? `status ${status}`;
  process.stdout.write(status === 0 ? `tables: passed in ${seconds} s\n` : `tables: FAILED (${why})\n`);
  return status;
});

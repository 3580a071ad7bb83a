/**
 * `npm start`: from a fresh clone with only Node and npm to a report. Installs what is missing, builds, provisions
 * the engine, runs the quickstart; further arguments go to `ichor run`. A second call only runs.
 */
import '../bin/check-node.mjs';

const { COMMAND, ROOT, exitStatus, main, run } = await import('./script.mjs');
const { prepare } = await import('./setup.mjs');

await main(async () => {
  await prepare();
  const args = [COMMAND, 'run', 'recipes/quickstart.yaml', ...process.argv.slice(2)];
  return exitStatus(await run(process.execPath, args, { cwd: ROOT }));
});

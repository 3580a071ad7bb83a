/**
 * `npm run package [FOLDER]`: builds, then packs; prints the tarball's path. A script of its own, because
 * `ignore-scripts` in .npmrc skips `prepack`.
 */
import '../bin/check-node.mjs';
import { join, resolve } from 'node:path';

const { ROOT, main, npm, SetupError } = await import('./script.mjs');
const { prepare } = await import('./setup.mjs');

await main(async () => {
  await prepare({ engine: false });
  const folder = resolve(process.argv[2] ?? ROOT);
  const { status, output } = await npm(['pack', '--json', '--loglevel=error', '--pack-destination', folder]);
  if (status !== 0) throw new SetupError(`npm pack ended with status ${status}:\n${output.trim()}`);
  const packed = JSON.parse(output.slice(output.search(/[[{]/)));
  // A list up to npm 10 and 11, an object by package's name later.
  const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
  process.stdout.write(`${join(folder, filename)}\n`);
  return 0;
});

/**
 * `node scripts/onnx-node.mjs`: onnxruntime-node in the user's cache, made where it is not there: 290 MB that only the tests of
 * exports need, and no set-up of ichor. Prints its folder. Without it these tests are skipped, counted and named.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main } from './script.mjs';

const PACKAGE = 'onnxruntime-node@1.30.0';

const folder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ichor', PACKAGE);

/** The folder whose node_modules hold it; null where none was made. */
export const onnxNode = () => process.env.ICHOR_ONNX_NODE || (existsSync(folder()) ? folder() : null);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(async () => {
    const there = onnxNode();
    if (there === null) {
      const aside = `${folder()}.${process.pid}`;
      mkdirSync(aside, { recursive: true });
      // Its script fetches libraries for GPUs; those for processors come with it.
      const args = ['install', '--prefix', aside, '--ignore-scripts', '--no-audit', '--no-fund', '--silent', PACKAGE];
      const { status, error, stderr } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'pipe'] });
      if (status !== 0) {
        rmSync(aside, { recursive: true, force: true });
        process.stderr.write(`npm ${args.join(' ')}: ${error?.message ?? stderr}\n`);
        return 1;
      }
      renameSync(aside, folder());
    }
    process.stdout.write(`${onnxNode()}\n`);
    return 0;
  });

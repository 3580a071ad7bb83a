/**
 * `npm test`: the same set-up as `npm start`, then type check, lint and format, the plan replay and the tests. Arguments go to
 * vitest; with a test file among them only that is run. The last line states the counts, skipped tests are named. (The tables
 * that CI gates train for minutes: `npm run test:tables`; what takes longer and has a faster peer: `npm run test:slow`.)
 */
import '../bin/check-node.mjs';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const { ROOT, exitStatus, main, run, SetupError } = await import('./script.mjs');
const { prepare } = await import('./setup.mjs');

const args = process.argv.slice(2);
const onlySome = args.some(
  (arg, index) => !arg.startsWith('-') && !['-t', '--testNamePattern'].includes(args[index - 1]),
);

await main(async () => {
  await prepare();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (!onlySome) {
    const tool = (name, path, ...rest) => check(name, [join(ROOT, 'node_modules', ...path.split('/')), ...rest]);
    const checks = await Promise.all([
      tool('type check', 'typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit', '--pretty', 'false'),
      tool('lint and format', '@biomejs/biome/bin/biome', 'check', '.'),
      check('plan replay', [join(ROOT, 'scripts', 'replay.mjs')], { shown: true }),
    ]);
    for (const passed of checks) counts[passed ? 'passed' : 'failed'] += 1;
  }
  if (!existsSync(resolve(process.env.ICHOR_SHARED ?? join(ROOT, '..', 'shared')))) {
    process.stdout.write('no shared data folder (ICHOR_SHARED, or ../shared): the tests that need it are skipped\n');
  }
  const { status, report } = await vitest();
  counts.passed += report.passed;
  counts.failed += report.failed;
  counts.skipped = report.skipped.length;
  // No test failed, and yet vitest says that something did.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  if (report.skipped.length > 0) process.stdout.write(`skipped: ${report.skipped.length}\n`);
  for (const { file, name, note } of report.skipped) {
    process.stdout.write(`  ${file}: ${name}${note ? ` (${note})` : ''}\n`);
  }
  // .ci/run asks for the counts in a file, and has the last word itself.
  if (process.env.ICHOR_TEST_SUMMARY) writeFileSync(process.env.ICHOR_TEST_SUMMARY, JSON.stringify(counts));
  else process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return counts.failed > 0 ? 1 : status;
});

/** One check that is no test: counted as one, its output shown where it fails, or where it is the point. */
async function check(name, command, { shown = false } = {}) {
  const started = Date.now();
  const { status, output } = await run(process.execPath, command, { cwd: ROOT, hidden: true });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (status !== 0 || shown) process.stdout.write(`${output.trim()}\n`);
  process.stdout.write(status === 0 ? `${name}: passed in ${seconds} s\n` : `${name}: FAILED\n`);
  return status === 0;
}

async function vitest() {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-test-'));
  const file = join(folder, 'report.json');
  try {
    const script = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', `--reporter=${join(ROOT, 'scripts', 'test-reporter.mjs')}`];
    const result = await run(process.execPath, [script, 'run', ...reporters, ...args], {
      cwd: ROOT,
      env: { ...process.env, ICHOR_TEST_REPORT: file },
    });
    if (!existsSync(file)) {
      if (result.signal !== null) process.exit(exitStatus(result));
      throw new SetupError(`vitest ended with status ${exitStatus(result)} before it had run the tests`);
    }
    return { status: exitStatus(result), report: JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScript, ROOT } from './scripts.ts';

type Run = (command: string, args: string[], options: object) => Promise<{ status: number | null; output: string }>;
const { run } = await loadScript<{ run: Run }>('script.mjs');

test('docs/api is what the docstrings say (else: npm run docs)', async () => {
  const script = join(ROOT, 'scripts/docs/api.mjs');
  const { status, output } = await run(process.execPath, [script, '--check'], { cwd: ROOT, hidden: true });
  expect(`${status}\n${output}`).toBe('0\n');
}, 120_000);

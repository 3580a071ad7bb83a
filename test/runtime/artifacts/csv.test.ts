import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { top } from '../../cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.skipIf(process.platform === 'win32')(
  'a table that cannot be written whole is none: a limit of the user’s takes a part of it without an error',
  () => {
    const script = join(folder, 'write.mts');
    writeFileSync(
      script,
      `import { writeCsv } from ${JSON.stringify(join(top, 'src/runtime/artifacts/csv.ts'))};
const rows = Array.from({ length: 4000 }, (_, i) => i);
await writeCsv(${JSON.stringify(join(folder, 'a.csv'))}, ['number'], rows, (row) => [row]).then(
  () => console.log('written'),
  (error) => console.log(error.code),
);`,
    );
    const tsx = join(top, 'node_modules/tsx/dist/cli.mjs');
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', `ulimit -f 8; exec "${process.execPath}" "${tsx}" "${script}"`],
      {
        encoding: 'utf8',
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
      },
    );
    expect(stdout.trim(), stderr).toBe('EFBIG');
    expect(readdirSync(folder)).not.toContain('a.csv');
  },
);

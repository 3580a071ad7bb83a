import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildDicom } from '../dicom/build.ts';

it.skipIf(process.platform === 'win32')(
  'headers are read with few open files: none is left out for want of one',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'ichor-descriptors-'));
    for (let i = 0; i < 60; i++) await writeFile(join(root, `${i}.dcm`), buildDicom({ sop: `ID_${i}` }));
    const sources = join(import.meta.dirname, '../../../src/runtime/sources');
    const script = `
    const { openImageFolder } = await import(${JSON.stringify(join(sources, 'folder.ts'))});
    const { readHeaders } = await import(${JSON.stringify(join(sources, 'fingerprint.ts'))});
    const { openSync } = await import('node:fs');
    const source = await openImageFolder(process.argv[1]);
    await readHeaders(source);
    // All but three descriptors are taken from here on.
    const taken = [];
    try { for (;;) taken.push(openSync('/dev/null')); } catch {}
    const { closeSync } = await import('node:fs');
    for (const one of taken.slice(-3)) closeSync(one);
    const readings = await readHeaders(source);
    console.log(readings.filter(({ header }) => header !== null).length);`;
    const command = ['--input-type=module', '--import', 'tsx', '-e', script, root].map(
      (word) => `'${word.replaceAll("'", "'\\''")}'`,
    );
    const out = execFileSync('sh', ['-c', `ulimit -n 100 && ${process.execPath} ${command.join(' ')}`], {
      encoding: 'utf8',
    });
    expect(out.trim()).toBe('60');
  },
  30_000,
);

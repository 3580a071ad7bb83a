import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sliceOfFile } from '../../../src/runtime/figure/figure-slice.ts';

it.skipIf(process.platform === 'win32')('a pipe is no slice, and nobody waits for it', async () => {
  const pipe = join(await mkdtemp(join(tmpdir(), 'ichor-figure-')), 'x.dcm');
  execFileSync('mkfifo', [pipe]);
  await expect(sliceOfFile(pipe)).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('is a pipe or a device'),
    exit: 2,
  });
});

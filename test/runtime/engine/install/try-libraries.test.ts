import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runChild, tryLibraries } from '../../../../src/runtime/engine/install/try-libraries.ts';
import { temporaryFolder } from './fakes.ts';

const LIBRARIES = { folder: '/nowhere', cc: 'libtensorflow_cc.so.2', framework: null };

/** A child in the place of the real one: it does what libraries may do to a process. */
async function child(body: string, limitMs = 20_000) {
  const entry = join(await temporaryFolder(), 'child.mjs');
  await writeFile(entry, `process.once('message', async () => { ${body} });`);
  return runChild(entry, [], LIBRARIES, limitMs);
}

test('what the child finds is the result', async () => {
  await expect(child(`process.send({ ok: true, version: '1.2.3' }, () => process.exit(0))`)).resolves.toEqual({
    version: '1.2.3',
  });
});

test.each([
  [`process.kill(process.pid, 'SIGILL')`, 'the processor lacks instructions'],
  [`process.kill(process.pid, 'SIGSEGV')`, 'was ended by SIGSEGV'],
  [`process.kill(process.pid, 'SIGKILL')`, 'was killed, perhaps for want of memory'],
  [`process.stderr.write('Fatal: out of luck\\n'); process.exit(3)`, 'ended with status 3: Fatal: out of luck'],
  [
    `process.send({ ok: false, reason: "/lib/libm.so.6: version \`GLIBC_2.27' not found (required by x)" })`,
    'too old for these libraries: they need GLIBC_2.27',
  ],
  [
    `process.send({ ok: false, reason: 'Error loading shared library ld-linux-x86-64.so.2: No such file or directory' })`,
    'need glibc, which this system does not have',
  ],
  [`process.send({ ok: false, reason: 'they compute wrong numbers' })`, 'cannot be used: they compute wrong numbers'],
])('a child that does %s becomes a reason', async (body, reason) => {
  await expect(child(`${body}; setTimeout(() => process.exit(0), 1000);`)).rejects.toThrow(reason);
});

test('a child that never answers is given up', async () => {
  await expect(child('setInterval(() => {}, 1000)', 500)).rejects.toThrow('did not answer within 0.5 s');
});

test('a file that is no library is refused by the real child', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'libtensorflow_cc.so.2'), 'no library');
  await expect(tryLibraries({ folder, cc: 'libtensorflow_cc.so.2', framework: null })).rejects.toThrow(
    /the libraries cannot be used: .*file too short/,
  );
});

import { expect, test } from 'vitest';
import { lastError, runCommand } from '../../../../src/runtime/engine/install/command.ts';

test.each([
  [
    // pip 23.2 without a network.
    `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f33841be9d0>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/tensorflow-cpu/
ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.17.1 (from versions: none)
ERROR: No matching distribution found for tensorflow-cpu==2.17.1
`,
    "NewConnectionError('Failed to establish a new connection: [Errno -2] Name or service not known')",
  ],
  [
    'Looking in links\nERROR: No matching distribution found for x==1\n[notice] a new pip\n',
    'ERROR: No matching distribution found for x==1',
  ],
  [
    // Node 20, an error that nobody has caught.
    "node:events:497\n      throw er;\n\nError: getaddrinfo ENOTFOUND a.invalid\n    at GetAddrInfoReqWrap (node:dns:111)\n{\n  errno: -3008,\n  code: 'ENOTFOUND',\n}\n",
    'Error: getaddrinfo ENOTFOUND a.invalid',
  ],
  ['one\ntwo\n', 'two'],
  ['', ''],
])('of what a command wrote, the line that says why', (output, reason) => {
  expect(lastError(output)).toBe(reason);
});

test('a command that stands still is ended, with what it has started', async () => {
  const options = {
    cwd: '/',
    env: process.env,
    signal: undefined,
    stallMs: 600,
    limitMs: 60_000,
    moved: async () => 0,
  };
  const started = Date.now();
  const script =
    "require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' })";
  // It only comes to an end when the grandchild, which holds the pipes, is ended too.
  const { status, gaveUp } = await runCommand(process.execPath, ['-e', script], options);
  expect({ status, gaveUp }).toEqual({ status: null, gaveUp: true });
  expect(Date.now() - started).toBeLessThan(20_000);
});

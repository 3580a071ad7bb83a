import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { optimiseLater } from '../../src/cli/optimise-later.ts';

const flagsFor = (v8: string): string[] => {
  const flags: string[] = [];
  optimiseLater(v8, (flag) => flags.push(flag));
  return flags;
};

test('flags are set for the V8 of Node 20, 22 and 24, and for no other', () => {
  expect(flagsFor('11.3.244.8-node.33')).toEqual(['--interrupt-budget=1200000', '--min-semi-space-size=8']);
  // Node 22.23 and 24.21 say of the budget that they do not know it.
  for (const later of ['12.4.254.21-node.57', '13.6.233.17-node.53'])
    expect(flagsFor(later)).toEqual(['--min-semi-space-size=8']);
  for (const other of ['10.2.154.26-node.36', '14.1.146.11', '110.0']) expect(flagsFor(other)).toEqual([]);
});

test('the V8 that runs this knows them, and says nothing', () => {
  const flags = flagsFor(process.versions.v8);
  const set = `for (const flag of ${JSON.stringify(flags)}) require('node:v8').setFlagsFromString(flag);`;
  const { stderr, stdout, status } = spawnSync(process.execPath, ['-e', set], { encoding: 'utf8' });
  expect({ stderr, stdout, status }).toEqual({ stderr: '', stdout: '', status: 0 });
  // And complains of what it does not know: the test above would see it.
  const wrong = "require('node:v8').setFlagsFromString('--no-such-flag')";
  expect(spawnSync(process.execPath, ['-e', wrong], { encoding: 'utf8' }).stderr).toContain('no-such-flag');
});

test('what runs often is still optimised', () => {
  const flags = flagsFor(process.versions.v8);
  const program = `
    for (const flag of ${JSON.stringify(flags)}) require('node:v8').setFlagsFromString(flag);
    function often(n) { let sum = 0; for (let i = 0; i < n; i++) sum = (sum + i * i) % 7; return sum; }
    for (let i = 0; i < 300; i++) often(20000);
    setTimeout(() => { often(10); process.stdout.write(String(%GetOptimizationStatus(often) & 16)); }, 200);`;
  const said = execFileSync(process.execPath, ['--allow-natives-syntax', '-e', program], { encoding: 'utf8' });
  expect(said).not.toBe('0');
});

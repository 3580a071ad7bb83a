import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { growHeapFreely, growHeapSlowly } from '../../src/runtime/heap.ts';

const flagsOf = (work: (set: (flag: string) => void) => void): string[] => {
  const flags: string[] = [];
  work((flag) => flags.push(flag));
  return flags;
};

test('the heap grows slowly for many files, and freely again, on the V8 that knows the flag', () => {
  const v8 = '11.3.244.8-node.33';
  expect(flagsOf((set) => growHeapSlowly(100_000, v8, set))).toEqual(['--heap-growing-percent=30']);
  expect(flagsOf((set) => growHeapFreely(v8, set))).toEqual(['--heap-growing-percent=0']);
  expect(flagsOf((set) => growHeapSlowly(1000, v8, set))).toEqual([]);
  expect(flagsOf((set) => growHeapSlowly(100_000, '14.0.1', set))).toEqual([]);
  expect(flagsOf((set) => growHeapFreely('14.0.1', set))).toEqual([]);
});

test('this V8 takes the flags without a word', () => {
  // How much less it takes is the bench's (`npm run bench -- data many`): from run to run it differs by more than a test may wait for.
  const flags = [
    ...flagsOf((set) => growHeapSlowly(100_000, process.versions.v8, set)),
    ...flagsOf((set) => growHeapFreely(process.versions.v8, set)),
  ];
  const program = `
    const { setFlagsFromString } = require('node:v8');
    for (const flag of JSON.parse(process.argv[1])) setFlagsFromString(flag);
    for (let i = 0, kept = []; i < 300_000; i++) kept.push({ i });
    process.stdout.write('done');`;
  const ended = spawnSync(process.execPath, ['-e', program, JSON.stringify(flags)], { encoding: 'utf8' });
  expect(ended).toMatchObject({ status: 0, stdout: 'done', stderr: '' });
});

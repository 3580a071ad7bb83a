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

test('and grows by less: garbage is collected sooner', () => {
  // Objects that stay, then garbage beside them; what is in use at its most says how much was let pile up.
  const program = `
    const { setFlagsFromString } = require('node:v8');
    for (const flag of JSON.parse(process.argv[1])) setFlagsFromString(flag);
    const kept = [];
    let most = 0;
    for (let i = 0; i < 1_500_000; i++) {
      const one = { i, text: 'a' + i };
      if (i % 3 === 0) kept.push(one);
      else kept[kept.length - 1].other = one;
      if (i % 3 === 2) kept[kept.length - 1].other = null;
      if (i % 1000 === 0) most = Math.max(most, process.memoryUsage().heapTotal);
    }
    process.stdout.write(String(most));`;
  const most = (flags: string[]) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program, JSON.stringify(flags)], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return Number(stdout);
  };
  const flags = flagsOf((set) => growHeapSlowly(100_000, process.versions.v8, set));
  // On a V8 that the flag was not tried with there is none.
  if (flags.length > 0) expect(most(flags)).toBeLessThan(most([]));
});

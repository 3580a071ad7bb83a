import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../src/runtime/machine.ts';
import { machineNotes, machinesLine, madeOnIn, runMachines } from '../../../src/runtime/store/machines.ts';
import { sweepNotes } from '../../../src/runtime/sweep/table.ts';

const one: Machine = { threads: 1, isa: 'avx2' };
const two: Machine = { threads: 2, isa: 'avx512' };
const made = (...parts: [string, Machine][]) => parts.map(([what, machine]) => ({ what, machine }));

describe('what things of a comparison were made on', () => {
  it('is said in one line where it differs, the smaller part by its names', () => {
    const parts = made(
      ['embed', two],
      ['backbone of row inception-3w', one],
      ['predict', two],
      ['backbone of row inception-3w', one],
    );
    expect(machinesLine(parts)).toBe(
      'made on different threads or instruction sets: backbone of row inception-3w on 1 thread avx2, the others on 2 threads avx512; native results differ slightly between them',
    );
    expect(machineNotes(parts)[0]).toMatch(/^Made on .*them\.$/);
  });

  it('names a few of many, and both of two', () => {
    expect(machinesLine(made(['a', one], ['b', two]))).toContain('a on 1 thread avx2, b on 2 threads avx512;');
    const many = made(...'abcd'.split('').map((what): [string, Machine] => [what, one]));
    expect(
      machinesLine([...many, ...made(...'efghi'.split('').map((what): [string, Machine] => [what, two]))]),
    ).toContain(': a, b, c and 1 more on 1 thread avx2, the others on 2 threads avx512;');
  });

  it('is not said where it is equal, or where nothing is known', () => {
    expect(machinesLine(made(['a', two], ['b', { ...two }]))).toBeNull();
    expect(machineNotes([])).toEqual([]);
  });

  it('stands among the notes of a sweep', () => {
    const notes = sweepNotes({ rows: [], made: made(['point a', one], ['point b', two]) });
    expect(notes.at(-1)).toMatch(/^Made on .*: point a on 1 thread avx2, point b on 2 threads avx512;/);
    expect(sweepNotes({ rows: [], made: made(['point a', one]) }).join(' ')).not.toContain('instruction sets');
  });

  it('tells an engine without oneDNN from one with it', () =>
    expect(machinesLine(made(['a', two], ['b', { ...two, oneDnn: false }]))).toContain('avx512 without oneDNN'));

  it('stands in run.json, and from there in tables', () => {
    const machines = runMachines(made(['backbone', one], ['embed', two], ['predict:backbone', two]));
    expect(machines).toEqual([
      { ...one, artifacts: ['backbone'] },
      { ...two, artifacts: ['embed', 'predict:backbone'] },
    ]);
    expect(madeOnIn(machines, 'row a').map(({ what }) => what)).toEqual([
      'backbone of row a',
      'embed of row a',
      'predict:backbone of row a',
    ]);
    expect(madeOnIn(runMachines(made(['backbone', one], ['embed', one])), 'row a')).toEqual(made(['row a', one]));
    expect(madeOnIn([], 'row a')).toEqual([]);
  });
});

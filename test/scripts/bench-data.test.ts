import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadScript } from './scripts.ts';

interface Result {
  rows: { what: string; note?: string; figure?: number; verdict?: string; ours?: string }[];
  failed?: string;
}
const { parse } = await loadScript<{ parse(args: string[]): { cases: string[]; rounds?: number } }>(
  'bench/data/main.mjs',
);
const { rowOf } = await loadScript<{
  rowOf(row: object, timed: object[], peers: { absent?: string }): Result['rows'][number];
}>('bench/data/codecs.mjs');
const { runCases, requireSameMachine } = await loadScript<{
  runCases(of: object): Promise<Record<string, Result>>;
  requireSameMachine(file: string, earlier: object, machine: object): void;
}>('bench/run-cases.mjs');

test('cases are taken in their own order, all where none is named; what it does not know ends it', () => {
  expect(parse([]).cases).toEqual(['sample', 'many', 'codecs']);
  expect(parse(['codecs', 'sample', '--rounds', '3'])).toMatchObject({ cases: ['sample', 'codecs'], rounds: 3 });
  expect(() => parse(['samples'])).toThrow(/There is no case samples/);
  expect(() => parse(['--rounds', '0'])).toThrow(/--rounds takes a whole number from 1, not 0/);
  expect(() => parse(['--workers', '2'])).toThrow(/--workers/);
  expect(() => parse(['--from', 'no/such/file.json'])).toThrow(/There is no no\/such\/file.json/);
});

test('a codec’s figure is the median over its files, the peer’s time by ours', () => {
  const row = { what: 'RLE', syntaxes: ['a', 'b'], bar: { must: 1, aim: 2 } };
  const timed = [
    { syntax: 'a', ours: 1, theirs: 4 },
    { syntax: 'b', ours: 2, theirs: 3 },
    { syntax: 'b', ours: 4, theirs: 4 },
    { syntax: 'c', ours: 1, theirs: 100 },
  ];
  expect(rowOf(row, timed, {})).toMatchObject({ figure: 1.5, verdict: 'must reached', ours: '2.00 ms (3 files)' });
  expect(rowOf({ ...row, syntaxes: ['d'] }, timed, {})).toMatchObject({ note: 'no file of the corpus has it' });
  const alone = rowOf(row, [{ syntax: 'a', ours: 1, theirs: null }], { absent: 'no Python' });
  expect(alone.figure).toBeUndefined();
  expect(alone.note).toBe('no Python');
});

test('a case that fails is told and the others are timed; earlier ones stay, and all is written after each', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-bench-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const out = join(folder, 'out.json');
  const seen: string[][] = [];
  const results = await runCases({
    wanted: ['two', 'three'],
    order: ['one', 'two', 'three'],
    results: { one: { rows: [{ what: 'earlier' }] }, two: { rows: [{ what: 'old' }] } },
    machine: { ichor: '1' },
    time: async (name: string, sofar: object) => {
      seen.push(Object.keys(sofar));
      if (name === 'two') throw new Error('no peer\nand more');
      return { rows: [{ what: name }] };
    },
    more: { threads: 2 },
    out,
    say: () => {},
  });
  expect(Object.keys(results)).toEqual(['one', 'two', 'three']);
  expect(results.one?.rows).toEqual([{ what: 'earlier' }]);
  expect(results.two).toMatchObject({ failed: 'no peer\nand more', rows: [{ note: 'failed: no peer' }] });
  expect(results.three?.rows).toEqual([{ what: 'three' }]);
  expect(seen).toEqual([
    ['one', 'two'],
    ['one', 'two'],
  ]);
  expect(JSON.parse(await readFile(out, 'utf8')).results.three.threads).toBe(2);
}, 30_000);

test('results of another machine are not mixed in', () => {
  expect(() => requireSameMachine('a.json', { machine: { cpu: 'x' } }, { cpu: 'y' })).toThrow(/another machine \(x\)/);
  expect(() => requireSameMachine('a.json', { results: {} }, { cpu: 'y' })).not.toThrow();
});

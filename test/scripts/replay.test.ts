import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { top } from '../cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-replay-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the tests change of the golden file. */
interface Golden {
  stages: Record<string, number>;
  defaults: Record<string, unknown>;
  components: Record<string, { version: number }>;
  recipes: Record<string, { stages: Record<string, string> }>;
  made: Record<string, { slice: Record<string, string> }>;
  values: Record<string, unknown>;
}

const goldenFile = join(top, 'test', 'golden', 'plans.json');

/** Replays recipes against the checked-in file after an edit: as if the code had been so before. `npm test` replays all. */
async function replay(only: string, edit: (golden: Golden) => void = () => {}) {
  const golden = JSON.parse(await readFile(goldenFile, 'utf8')) as Golden;
  edit(golden);
  const file = join(folder, 'plans.json');
  await writeFile(file, JSON.stringify(golden));
  const script = join(top, 'scripts', 'replay.mjs');
  const args = [script, '--golden', file, '--only', only];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, out: stdout };
}

/** Gives a stage a key that no stage has: the replay then compares what it was made of, which is returned to be edited. */
function otherKey({ recipes, made }: Golden, recipe: string, stage: string) {
  const { stages } = recipes[recipe]!;
  const own = structuredClone(made[stages[stage]!]!);
  stages[stage] = `other ${stage}`;
  made[`other ${stage}`] = own;
  return own;
}

describe('the plan replay', () => {
  it('says in one line that nothing changed', async () => {
    const { status, out } = await replay('quickstart');
    expect(status).toBe(0);
    expect(out).toMatch(/^plan replay: unchanged: all 2 plans\n$/);
  });

  it('reads controls, points of sweeps, and rows of tables that no recipe resolves to', async () => {
    const names = Object.keys((JSON.parse(await readFile(goldenFile, 'utf8')) as Golden).recipes);
    expect(names).toContain('controls/crossfit smoke');
    expect(names).toContain('as-released/inception-seq-aug');
    expect(names).toContain('ablations/layers sequence.layers=4');
    expect(names.filter((name) => name.startsWith('tables/'))).not.toEqual([]);
  });

  it('names the path and both values where a recipe changed, and what follows', async () => {
    const { status, out } = await replay('quickstart', (golden) => {
      for (const stage of ['predict:sequence', 'report']) otherKey(golden, 'quickstart', stage);
      const sequence = otherKey(golden, 'quickstart', 'sequence');
      const before = golden.values[sequence.slice.train!] as { epochs: number };
      expect(before.epochs).toBe(20);
      golden.values.before = { ...before, epochs: 21 };
      sequence.slice.train = 'before';
    });
    expect(status).toBe(1);
    expect(out).toContain('quickstart:\n  sequence: train.sequence.epochs: 21 -> 20\n');
    expect(out).toContain('  follows: predict:sequence, report\n');
    expect(out).toContain('--write');
  });

  it('names the version of a stage and of a component', async () => {
    const { status, out } = await replay('resnet50-1w', (golden) => {
      golden.stages.index = 99;
      otherKey(golden, 'resnet50-1w', 'index');
      golden.components['backbone small-cnn']!.version = 3;
    });
    expect(status).toBe(1);
    expect(out).toMatch(/^plan replay: .*stages: index: version 99 -> \d+\n/s);
    expect(out).toMatch(/resnet50-1w:\n {2}index: the stage itself: version 99 -> \d+\n/);
    expect(out).toContain('components: backbone small-cnn: version 3 -> 1\n');
  });

  it('catches a default that changed under an unchanged version, and a new field', async () => {
    const { status, out } = await replay('resnet50-1w', ({ defaults }) => {
      expect(defaults['data.image.size']).toBe(224);
      defaults['data.image.size'] = 256;
      delete defaults['data.limit'];
    });
    expect(status).toBe(1);
    expect(out).toContain('language: default of data.image.size: 256 -> 224; raise the version');
    expect(out).toContain('language: new field data.limit, by default null\n');
    expect(out).toMatch(/unchanged: all \d+ plans/);
  });
});

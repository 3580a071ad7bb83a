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

/** Replays against the checked-in file with some of its text replaced: as if the code had been so before. */
async function replay(...edits: [string | RegExp, string][]) {
  let text = await readFile(join(top, 'test', 'golden', 'plans.json'), 'utf8');
  for (const [before, after] of edits) {
    expect(text.search(before)).toBeGreaterThan(0);
    text = text.replace(before, after);
  }
  const file = join(folder, 'plans.json');
  await writeFile(file, text);
  const script = join(top, 'scripts', 'replay.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--golden', file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, out: stdout };
}

/** A key that no stage has: the replay then compares what it was made of. */
const otherKey = (recipe: string, stage: string): [RegExp, string] => [
  new RegExp(`("${recipe}": \\{[\\s\\S]*?"${stage}": \\{"key":")[0-9a-f]{12}`),
  '$1000000000000',
];

describe('the plan replay', () => {
  it('says in one line that nothing changed', async () => {
    const { status, out } = await replay();
    expect(status).toBe(0);
    expect(out).toMatch(/^plan replay: unchanged: .*quickstart, quickstart smoke.*\n$/);
  });

  it('names the path and both values where a recipe changed, and what follows', async () => {
    const { status, out } = await replay(
      [/"[0-9a-f]{8}": (\{"epochs":20,"batch":4[^\n]*)/, '"aaaaaaaa": $1'],
      [/("quickstart": \{[\s\S]*?"sequence": \{[^\n]*"train":")[0-9a-f]{8}/, '$1aaaaaaaa'],
      [/("aaaaaaaa": \{"epochs":)20/, '$121'],
      ...['sequence', 'predict:sequence', 'report'].map((stage) => otherKey('quickstart', stage)),
    );
    expect(status).toBe(1);
    expect(out).toContain('quickstart:\n  sequence: train.sequence.epochs: 21 -> 20\n');
    expect(out).toContain('  follows: predict:sequence, report\n');
    expect(out).toContain('--write');
  });

  it('names the version of a stage and of a component', async () => {
    const { status, out } = await replay(['"index":1', '"index":2'], otherKey('resnet50-1w', 'index'), [
      /("backbone small-cnn": \{"version":)1/,
      '$13',
    ]);
    expect(status).toBe(1);
    expect(out).toContain('stages: index: version 2 -> 1\n');
    expect(out).toContain('resnet50-1w:\n  index: the stage itself: version 2 -> 1\n');
    expect(out).toContain('components: backbone small-cnn: version 3 -> 1\n');
  });

  it('catches a default that changed under an unchanged version, and a new field', async () => {
    const { status, out } = await replay(
      ['"data.image.size": 224', '"data.image.size": 256'],
      ['    "data.limit": null,\n', ''],
    );
    expect(status).toBe(1);
    expect(out).toContain('language: default of data.image.size: 256 -> 224; raise the version');
    expect(out).toContain('language: new field data.limit, by default null\n');
    expect(out).toContain('unchanged: inception-1w');
  });
});

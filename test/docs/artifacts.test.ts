import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { run } from '../../src/library/index.ts';
import { top } from '../cli.ts';

const call = promisify(execFile);
const PACKAGES = 'pandas, safetensors and numpy';

/** A Python that has what the files are read with; null where there is none. `.ci/run` makes one. */
async function python(): Promise<string | null> {
  for (const one of [process.env.ICHOR_TEST_PYTHON, 'python3']) {
    if (one === undefined || one === '') continue;
    const has = await call(one, ['-c', 'import numpy, pandas, safetensors.numpy']).then(
      () => true,
      () => false,
    );
    if (has) return one;
  }
  return null;
}
const found = await python();

test(`predictions, slices, embeddings, weights and shards are read by ${PACKAGES}, as docs/artifacts.md says`, async (context) => {
  if (found === null) return context.skip(`no Python with ${PACKAGES}: name one in ICHOR_TEST_PYTHON`);
  const work = await mkdtemp(join(tmpdir(), 'ichor-artifacts-'));
  try {
    await writeFile(join(work, 'package.json'), '{}');
    const done = await run(join(top, 'recipes/quickstart.yaml'), {
      cwd: work,
      set: {
        'data.source.studies': 8,
        'data.source.testStudies': 1,
        'data.source.size': 64,
        'data.image.size': 32,
        'train.backbone.epochs': 1,
        'train.sequence.epochs': 1,
        'evaluation.patient.threshold': 0.3,
      },
      paths: true,
    });
    const script = join(top, 'test/docs/read-artifacts.py');
    const { stdout } = await call(found, [script, done.folder, join(top, 'docs/artifacts.md')]);
    const read = JSON.parse(stdout);
    let slices = 0;
    for await (const _ of done.predictions()) slices += 1;
    expect(read).toMatchObject({ slices, shards: slices });
    expect(read.flagged).toBeGreaterThan(0);
    expect(read.patients).toBe((await done.patients()).length);
    expect(existsSync(join(done.artifacts.backbone?.folder ?? '', 'weights.safetensors'))).toBe(true);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}, 120_000);

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
// @ts-expect-error: a script without types
import { tensorflowPython } from '../../scripts/peer-python.mjs';
import { LABELS } from '../../src/index.ts';
import { run } from '../../src/library/index.ts';
import { readCsv } from '../../src/runtime/artifacts/csv.ts';
import { openShards } from '../../src/runtime/artifacts/shards.ts';
import { top } from '../cli.ts';

const call = promisify(execFile);
const python: string | null = tensorflowPython();

describe.runIf(process.env.ICHOR_SLOW === '1' && python !== null)(
  'slow: tf.data (skipped where `node scripts/peer-python.mjs tensorflow` has made no Python for it)',
  () => {
    it('reads every picture and label of the shards by the lines of docs/artifacts.md', async () => {
      const work = await mkdtemp(join(tmpdir(), 'ichor-tf-data-'));
      try {
        await writeFile(join(work, 'package.json'), '{}');
        // Slices without labels among them: the test side.
        const done = await run(join(top, 'recipes/quickstart.yaml'), {
          cwd: work,
          set: {
            'data.source.studies': 8,
            'data.source.testStudies': 1,
            'data.source.size': 64,
            'data.image.size': 32,
            'train.backbone.epochs': 1,
            'train.sequence.epochs': 1,
          },
        });
        const script = join(top, 'test/slow/tf-data.py');
        const { stdout } = await call(python as string, [script, join(top, 'docs/artifacts.md')], {
          cwd: work,
          env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
          maxBuffer: 1 << 26,
        });
        const read = stdout
          .split('\n')
          .filter((line) => line.startsWith('{"hash"'))
          .map((line) => JSON.parse(line) as unknown);

        const truth = new Map<string, number[]>();
        for await (const row of readCsv(join(done.artifacts.index?.folder ?? '', 'slices.csv'), ['slice', ...LABELS]))
          truth.set(row.slice ?? '', row.any === '' ? [] : LABELS.map((label) => Number(row[label])));
        const shards = await openShards(done.artifacts.shards?.folder ?? '');
        const expected: unknown[] = [];
        for (const slice of shards.slices)
          expected.push({
            hash: createHash('sha256')
              .update(await shards.read([slice]))
              .digest('hex'),
            shape: [shards.size, shards.size, shards.channels.length],
            labels: truth.get(slice),
          });
        await shards.close();
        expect(expected.length).toBeGreaterThan(100);
        expect([...truth.values()].filter((labels) => labels.length === 0).length).toBeGreaterThan(0);
        expect(read).toEqual(expected);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    }, 600_000);
  },
);

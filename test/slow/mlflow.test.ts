import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import mlflow from '../../plugins/trackers/mlflow/index.ts';
import type { TrackContext, TrackRecord } from '../../src/index.ts';
import { artifact, begun, contextOf, ended, figures, scalars, sweepOf } from '../plugins/trackers/records.ts';
import { python, type ReadRun, type RealMlflow, startMlflow } from './mlflow-server.ts';

/** What the fake of test/plugins/trackers is worth: the same against the real one, read by MLflow's own client. */
describe.runIf(process.env.ICHOR_SLOW === '1' && python !== null)(
  'slow: a real MLflow server (skipped where `node scripts/peer-python.mjs mlflow` has made no Python for it)',
  () => {
    let server: RealMlflow;
    let runs: Record<string, ReadRun>;
    const notes = 'n'.repeat(7000);
    const folder = mkdtempSync(join(tmpdir(), 'mlflow-run-'));
    const send = (records: readonly TrackRecord[], context: Partial<TrackContext> = {}) =>
      mlflow.send(records, contextOf(folder, context), {
        uri: server.origin,
        experiment: 'ichor',
        artifacts: true,
        identified: false,
      });
    const named = (name: string): ReadRun =>
      runs[name] ?? expect.fail(`there is no run ${name}, only ${Object.keys(runs)}`);

    beforeAll(async () => {
      vi.stubEnv('MLFLOW_HTTP_REQUEST_TIMEOUT', '120');
      server = await startMlflow();
      writeFileSync(join(folder, 'report.html'), '<p>ü</p>');
      const file = artifact(join(folder, 'report.html'));
      const whole = [
        begun({ params: { ...begun().params, 'windows[0].level': 40, notes } }),
        scalars(10),
        scalars(20),
        figures,
        file,
        ended(),
      ];
      await send(whole);
      await send(whole);
      // Resumed under another name.
      const first = begun({ run: 'stopped-1', time: 1_700_000_000_001 });
      const state = await send([first, scalars(10), ended('interrupted')]);
      await send(
        [
          begun({ run: 'stopped-2', resumes: 'stopped-1', params: { ...first.params, smoke: true } }),
          scalars(20),
          ended('failed', 'No.'),
        ],
        { state },
      );
      // Of a sweep.
      const { parent } = sweepOf('sizes');
      const points = [32, 64].map((size) =>
        begun({
          run: `sizes.${size}-1`,
          time: 1_700_000_000_100 + size,
          parent: { name: 'sizes', kind: 'sweep', point: { 'data.image.size': size } },
        }),
      );
      await Promise.all(
        points.map(async (point) => send([ended()], { parent, state: await send([point, scalars(10)], { parent }) })),
      );
      // More than it takes at once.
      const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`p${i}`, i]));
      const values = Object.fromEntries(Array.from({ length: 2400 }, (_, i) => [`v${i}`, i]));
      await send([begun({ run: 'many-1', time: 1_700_000_000_003, params: many }), scalars(10, values)]);
      runs = await server.read('ichor');
    }, 400_000);
    afterAll(async () => {
      vi.unstubAllEnvs();
      await server?.stop();
    }, 60_000);

    it('holds a run, once, although all of it came twice', () => {
      expect(Object.keys(runs).sort()).toEqual(['many-1', 'sizes', 'sizes.32-1', 'sizes.64-1', 'small-1', 'stopped-2']);
      const { status, start, end, params, metrics, tags, files } = named('small-1');
      expect({ status, start, end }).toEqual({ status: 'FINISHED', start: 1_700_000_000_000, end: 1_700_000_200_000 });
      expect(params).toEqual({
        'backbone.type': 'small-cnn',
        'train.backbone.batch': '32',
        'data.limit': 'null',
        smoke: 'false',
        'windows.0.level': '40',
        notes: `${notes.slice(0, 5999)}…`,
      });
      expect(metrics).toEqual({
        'backbone.fold-2/train_loss': [
          [10, 0.1, 1_700_000_010_000],
          [20, 0.05, 1_700_000_020_000],
        ],
        'backbone.fold-2/epoch': [
          [10, 1, 1_700_000_010_000],
          [20, 2, 1_700_000_020_000],
        ],
        'validation/sequence/mean-log-loss': [[0, 0.25, 1_700_000_100_000]],
        'validation/sequence/patient-f1 truth same-rule': [[0, 0.5, 1_700_000_100_000]],
      });
      expect(tags).toMatchObject({
        'ichor.marks': 'SYNTHETIC, SMOKE',
        'ichor.state': 'done',
        'mlflow.source.name': 'small',
        'ichor.params_cut': 'after 6000 characters: notes',
      });
      expect(tags['mlflow.note.content']).toMatch(/^\*\*SYNTHETIC\*\* · \*\*SMOKE\*\*/);
      expect(files).toEqual({ 'recipe.yaml': begun().recipeText, 'report.html': '<p>ü</p>' });
    });

    it('goes on with a resumed run', () => {
      const { status, metrics, tags } = named('stopped-2');
      expect(status).toBe('FAILED');
      expect(metrics['backbone.fold-2/train_loss']?.map(([step]) => step)).toEqual([10, 20]);
      expect(tags).toMatchObject({
        'ichor.resumes': 'stopped-1',
        'ichor.error': 'No.',
        'ichor.params_changed': 'smoke: false, then true',
      });
    });

    it('nests the runs of a sweep', () => {
      for (const name of ['sizes.32-1', 'sizes.64-1']) {
        expect(named(name).tags['mlflow.parentRunId']).toBe(named('sizes').id);
        expect(named(name).status).toBe('FINISHED');
      }
      expect(named('sizes').status).toBe('FINISHED');
    });

    it('takes what comes in batches', () => {
      expect(Object.keys(named('many-1').params)).toHaveLength(250);
      const { latest } = named('many-1');
      expect(Object.keys(latest)).toHaveLength(2401);
      expect([latest['backbone.fold-2/v0'], latest['backbone.fold-2/v2399']]).toEqual([0, 2399]);
      expect(named('many-1').status).toBe('RUNNING');
    });
  },
);

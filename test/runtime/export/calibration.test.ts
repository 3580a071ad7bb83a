import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineCalibration, Type } from '../../../src/index.ts';
import { LABELS } from '../../../src/labels.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import { buildGraph, type Trained } from '../../../src/runtime/export/build.ts';
import { exportRun } from '../../../src/runtime/export/export-run.ts';
import { openTrained } from '../../../src/runtime/export/open-trained.ts';
import type { Part } from '../../../src/runtime/export/part.ts';
import { onnxRuntime, withRuntime } from '../../onnx-node.ts';
import { furthest, registryOf, runner, sigmoid, testPictures, trainedRun } from './trained.ts';
import { calibrationFile, TEMPERATURES, trainedStore } from './trained-store.ts';

const folderOf = () => mkdtempSync(join(tmpdir(), 'calibrated-'));
const WIDTH = LABELS.length;

/** Its scores are not multiplied by anything. */
const cubic = defineCalibration({
  name: 'acme/cubic',
  version: 1,
  summary: 'Cubes.',
  params: Type.Object({}),
  contract: () => ({ fits: 'together' }),
  fit: () => ({ parameters: {} }),
  calibrate: (logit) => logit ** 3,
}) as Component;

async function exported(changes: readonly string[], part: Part, ...components: Component[]) {
  const made = await trainedStore(folderOf(), changes, {}, ...components);
  const run = await openTrained(
    { record: made.record, folder: made.folder, storeRoot: made.store },
    registryOf(...components),
  );
  const target = join(folderOf(), 'made');
  const { signal } = new AbortController();
  return { target, made: await exportRun(run, { part, target, replace: false, signal }) };
}

const SEQUENCE = 'sequence={type: bi-lstm, cells: 4}';

describe('a calibrated run as ONNX', () => {
  it.skipIf(onnxRuntime === null)(
    withRuntime('divides the logits of each label by its temperature before the sigmoid, and leaves the logits'),
    async () => {
      const trained: Trained = await trainedRun([SEQUENCE]);
      const pictures = { data: testPictures(7, 32, 3), shape: [7, 32, 32, 3] };
      const vectors = { data: Float32Array.from({ length: 7 * 24 }, (_, i) => Math.sin(i)), shape: [7, 24] };
      for (const [part, model, input] of [
        ['backbone', 'backbone', { pictures }],
        ['sequence', 'sequence', { embeddings: vectors }],
      ] as const) {
        const out = await (await runner(buildGraph(part, { ...trained, calibration: calibrationFile(model) }, []))).run(
          input,
        );
        const plain = await (await runner(buildGraph(part, trained, []))).run(input);
        const logits = out.logits?.data as Float32Array;
        expect(logits).toEqual(plain.logits?.data);
        const expected = Array.from(logits, (z, cell) => sigmoid(z / (TEMPERATURES[model][cell % WIDTH] as number)));
        expect(furthest(out.probabilities?.data as Float32Array, expected)).toBeLessThan(1e-6);
        expect(furthest(plain.probabilities?.data as Float32Array, expected)).toBeGreaterThan(1e-3);
      }
    },
  );

  it.skipIf(onnxRuntime === null)(
    withRuntime('whole, calls by the calibrated probabilities of its final model'),
    async () => {
      const trained: Trained = await trainedRun([SEQUENCE]);
      const hu = {
        data: Float32Array.from({ length: 4 * 48 * 48 }, (_, i) => 60 * Math.sin(i / 50)),
        shape: [4, 48, 48],
      };
      const plain = await (await runner(buildGraph('whole', trained, []))).run({ hu });
      const out = await (
        await runner(buildGraph('whole', { ...trained, calibration: calibrationFile('sequence') }, []))
      ).run({ hu });
      const logit = (p: number) => Math.log(p / (1 - p));
      const expected = Array.from(plain.probabilities?.data as Float32Array, (p, cell) =>
        sigmoid(logit(p) / (TEMPERATURES.sequence[cell % WIDTH] as number)),
      );
      expect(furthest(out.probabilities?.data as Float32Array, expected)).toBeLessThan(1e-5);
    },
  );

  it('says so in its outputs, its metadata and its card; of a part by what calibrates that part', async () => {
    for (const [part, by] of [
      ['whole', 'epidural by 0.5000, intraparenchymal by 1.7500'],
      ['sequence', 'epidural by 0.5000, intraparenchymal by 1.7500'],
      ['backbone', 'epidural by 1.5000, intraparenchymal by 2.0000'],
    ] as const) {
      const { target, made } = await exported([SEQUENCE, 'calibration=temperature'], part);
      const card = readFileSync(join(target, 'model-card.md'), 'utf8');
      expect(card).toContain(`Logits are divided before the sigmoid: ${by}`);
      expect(card).toContain('Scores are predicted probabilities, calibrated by temperature on the validation side.');
      expect(card).toContain('Probabilities, calibrated by temperature on the validation side, from 0 to 1');
      expect(card).not.toMatch(/uncalibrated/i);
      expect(made.facts.calibration?.component).toBe('temperature');
      const model = readFileSync(join(target, 'model.onnx')).toString('latin1');
      expect(model).toContain('ichor.calibration');
    }
    const { target } = await exported([SEQUENCE], 'whole');
    const card = readFileSync(join(target, 'model-card.md'), 'utf8');
    expect(card).toContain('Uncalibrated scores from 0 to 1');
    expect(card).not.toContain('## Calibration');
  });

  it('is refused by name where a component gives no number a label', async () => {
    await expect(exported([SEQUENCE, 'calibration=acme/cubic'], 'whole', cubic)).rejects.toMatchObject({
      code: 'export-no-form',
      message: expect.stringContaining('its calibration acme/cubic gives no number a label'),
      hint: expect.stringContaining('calibration: none'),
    });
  });
});

import { describe, expect, it } from 'vitest';
import { pictureNodes } from '../../../src/runtime/export/graph/pictures.ts';
import { windowForm } from '../../../src/runtime/export/graph/windows.ts';
import { Graph } from '../../../src/runtime/export/onnx/graph.ts';
import type { Channel } from '../../../src/runtime/images/windows.ts';
import { onnxRuntime, withRuntime } from '../../onnx-node.ts';
import { head, stored } from './phantom-head.ts';
import { runner } from './trained.ts';

const linear = (level: number, width: number): Channel => ({
  name: `${level}/${width}`,
  scale: (hu) => Math.min(1, Math.max(0, (hu - (level - width / 2)) / width)),
});
const PAPER = [linear(40, 80), linear(80, 200), linear(600, 2800)];
/** No ramp: what a plugin may define. */
const curved: Channel = { name: 'curved', scale: (hu) => 1 / (1 + Math.exp(-(hu - 40) / 15)) };

const CASES = [
  ['linear', 512, 512, 224, 1],
  ['linear', 512, 512, 64, 1],
  ['linear', 500, 430, 224, 1],
  ['linear', 256, 256, 256, 2],
  ['linear', 40, 52, 96, 1],
  ['area', 512, 512, 224, 1],
  ['area', 512, 512, 64, 1],
  ['area', 500, 430, 224, 1],
  ['area', 64, 40, 96, 2],
] as const;

describe.skipIf(onnxRuntime === null)(withRuntime('pictures inside of the file'), () => {
  it.each(CASES)(
    '%s from %i x %i to %i: the bytes of the shards',
    async (interpolation, rows, columns, size, slices) => {
      const graph = new Graph();
      const hu = graph.input({ name: 'hu', element: 'float32', dims: ['slices', 'rows', 'columns'], says: '' });
      const channels = [...PAPER, curved];
      const pictures = pictureNodes(graph, hu, { windows: channels.map(windowForm), size, interpolation });
      graph.output(
        { name: 'pictures', element: 'float32', dims: ['slices', size, size, channels.length], says: '' },
        pictures,
      );
      const { run } = await runner(graph);
      const data = head(slices, rows, columns);
      const given = (await run({ hu: { data, shape: [slices, rows, columns] } })).pictures!.data as Float32Array;
      const expected = stored(data, [slices, rows, columns], channels, { size, interpolation });
      expect(given.length).toBe(expected.length);
      let other = 0;
      given.forEach((byte, i) => {
        if (byte !== expected[i]) other++;
        if (Math.abs(byte - expected[i]!) > 1) throw new Error(`byte ${i} is ${byte}, not ${expected[i]}`);
      });
      // Asked for: one in ten thousand.
      expect(other / expected.length).toBeLessThanOrEqual(1e-6);
    },
  );
});

describe('the form of a window', () => {
  it('is a ramp where it is clipped and even, whatever component made it', () => {
    expect(PAPER.map(windowForm)).toEqual([
      { type: 'ramp', from: 0, to: 80 },
      { type: 'ramp', from: -20, to: 180 },
      { type: 'ramp', from: -800, to: 2000 },
    ]);
    expect(windowForm(linear(32.5, 7.25))).toEqual({ type: 'ramp', from: 28.875, to: 36.125 });
    expect(windowForm(linear(40, 0.5))).toMatchObject({ type: 'table' });
  });

  it('is a table of what it says of whole HU else, cut where it does not change', () => {
    const form = windowForm(curved);
    if (form.type !== 'table') throw new Error('a curve is no ramp');
    expect(form.first).toBeGreaterThan(-2000);
    expect(form.values[40 - form.first]).toBe(0.5);
    // Falling, and never from 0 to 1.
    expect(windowForm({ scale: (hu) => Math.min(1, Math.max(0, -hu / 80)) })).toMatchObject({
      type: 'table',
      first: -80,
    });
    expect(windowForm({ scale: () => 0.25 })).toMatchObject({ type: 'table' });
  });
});

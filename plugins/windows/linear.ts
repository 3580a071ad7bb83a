import { defineWindow, Type } from '../../src/index.ts';

/**
 * The paper's window: from level - width / 2 to level + width / 2, clipped, evenly to 0..1 (facts 1.3).
 * DICOM's LINEAR function (PS3.3 C.11.2.1.2.1: centre - 0.5, width - 1) is another one, up to 2 grey levels apart at a
 * width of 80.
 */
export default defineWindow({
  name: 'linear',
  version: 1,
  summary: 'Hounsfield units from level - width / 2 to level + width / 2, clipped, evenly to 0..1.',
  params: Type.Object({
    level: Type.Number({ minimum: -32768, maximum: 32767, unit: 'HU', description: 'Middle of the window.' }),
    width: Type.Number({
      exclusiveMinimum: 0,
      maximum: 65536,
      unit: 'HU',
      description: 'From its lower to its upper end.',
    }),
    margin: Type.Optional(
      Type.Number({
        minimum: 0.01,
        maximum: 2,
        description:
          'As a share of the width, what shards hold beyond either end for window-jitter, in coarser greys: with 0.25 a grey is 1.5 times as wide. Networks see the window itself.',
      }),
    ),
  }),
  contract: ({ level, width, margin }) => ({
    hu: ends(level, width * (1 + 2 * (margin ?? 0))),
    ...(margin !== undefined && { shown: ends(level, width) }),
  }),
  scale: (hu, { level, width, margin }) => {
    const stored = width * (1 + 2 * (margin ?? 0));
    return Math.min(1, Math.max(0, (hu - (level - stored / 2)) / stored));
  },
});

const ends = (level: number, width: number): [number, number] => [level - width / 2, level + width / 2];

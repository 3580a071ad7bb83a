import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import linear from '../../../plugins/windows/linear.ts';

interface Reference {
  windows: Record<string, { level: number; width: number; hu: number[]; scaled_0_255: number[] }>;
}
const { windows }: Reference = JSON.parse(
  readFileSync(new URL('../../fixtures/window-to-byte.json', import.meta.url), 'utf8'),
);

test.each(Object.entries(windows))(
  '%s is the reference to 1e-9 of a grey level',
  (_, { level, width, hu, scaled_0_255 }) => {
    expect(hu.length).toBeGreaterThan(20);
    hu.forEach((value, index) => {
      expect(linear.scale(value, { level, width }) * 255).toBeCloseTo(scaled_0_255[index] ?? Number.NaN, 9);
    });
  },
);

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { damage, madeSamples, type Sample } from '../runtime/dicom/mutations.ts';
import { sharedData } from '../shared-data.ts';

const corpus = sharedData('dicom-corpus');
/** Larger ones take a second each. Bytes. */
const LARGEST = 150_000;

const corpusSamples = (root: string): Sample[] =>
  readdirSync(root)
    .map((name) => ({ name, bytes: readFileSync(join(root, name)) }))
    .filter(({ bytes }) => bytes.length < LARGEST);

describe.runIf(process.env.ICHOR_SLOW === '1')('slow: npm run test:slow', () => {
  it('50,000 damaged DICOM files: no crash, no hang, no guess', { timeout: 3_600_000 }, async () => {
    const samples = [...madeSamples()];
    for (const [count, from, headersOnly, of] of [
      [23_000, 10_000, true, samples],
      [23_000, 50_000, false, samples],
      [2_000, 100_000, true, corpus === null ? samples : corpusSamples(corpus)],
      [2_000, 110_000, false, corpus === null ? samples : corpusSamples(corpus)],
    ] as const) {
      const { wrong, equal, left, other } = await damage(of, count, from, headersOnly);
      expect(wrong).toEqual([]);
      expect(equal + left + other).toBe(count);
    }
  });
});

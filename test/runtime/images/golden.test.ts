import { describe, expect, it } from 'vitest';
import golden from '../../fixtures/pixel-hashes.json' with { type: 'json' };
import { sharedData } from '../../shared-data.ts';
import { goldenOf, MADE, madeFile, sampleFiles } from './golden.ts';

/** What RSNA's files come to is fixed: hashes of version 0.1, whose HU a reader of our own in Python gave as well. */
describe('pixels stay what they are', () => {
  it.each(Object.entries(MADE))('made: %s', async (name, of) => {
    expect(await goldenOf(madeFile(of))).toEqual((golden.made as Record<string, unknown>)[name]);
  });

  const sample = sharedData('rsna-sample');
  it.skipIf(sample === null)('rsna-sample: every ninth file', async () => {
    const files = await sampleFiles(sample as string);
    expect(files).toHaveLength(Object.keys(golden.sample).length);
    for (const { name, bytes } of files)
      expect(await goldenOf(bytes), name).toEqual((golden.sample as Record<string, unknown>)[name]);
  });
});

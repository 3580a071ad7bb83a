import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../../shared-data.ts';
import { hashOf, type StoredFrame, storedOf } from './stored.ts';

const corpus = sharedData('dicom-corpus');

interface Theirs {
  modality: string | null;
  transferSyntax: string | null;
  lossy: boolean;
  error?: unknown;
  sha256_i32le?: string;
  stored?: { min: number; max: number; mean: number };
  hounsfield?: { min: number; max: number; mean: number };
  libjpeg?: Pick<Theirs, 'stored'>;
}

/** Of CT that pydicom decodes these are left out, each for a reason that a person can check. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  // Its codestream has a sign and its header none: pydicom's own decoders differ by half of the range.
  'TOSHIBA_J2K_SIZ1_PixRep0.dcm': 'undecodable-pixels',
  // A secondary capture of a CT: its values are no HU.
  'gdcm-CT-MONO2-8-abdo.dcm': 'secondary-capture',
};

function rangeOf(frames: readonly StoredFrame[], of: 'values' | 'hounsfield') {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const frame of frames)
    for (const value of frame[of]) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      count++;
    }
  return { min, max, mean: sum / count };
}

describe.skipIf(corpus === null)('the shared corpus, by value', () => {
  it('each file of it equals pydicom, or is left out for a reason', async () => {
    const { files }: { files: Record<string, Theirs> } = JSON.parse(
      readFileSync(join(corpus as string, 'pydicom-values.json'), 'utf8'),
    );
    const table: string[] = [];
    const count = { ct: 0, equal: 0, near: 0, left: 0 };
    for (const [name, theirs] of Object.entries(files)) {
      const found = await storedOf(readFileSync(join(corpus as string, name)));
      const decoded = theirs.error === undefined;
      const ct = theirs.modality === 'CT' && decoded;
      if (ct) count.ct++;
      if ('reason' in found) {
        expect(found.message, name).toMatch(/./);
        table.push(`${name}: left out (${found.reason})`);
        if (ct) {
          expect(LEFT_OUT[name], `${name}: ${found.message}`).toBe(found.reason);
          count.left++;
        }
        continue;
      }
      expect(theirs.modality, name).toBe('CT');
      const { stored } = theirs.stored === undefined ? (theirs.libjpeg as Theirs) : theirs;
      const ours = rangeOf(found.frames, 'values');
      if (theirs.sha256_i32le !== undefined && hashOf(found.frames) === theirs.sha256_i32le) {
        table.push(`${name}: equal`);
        if (ct) count.equal++;
        if (theirs.hounsfield === undefined) continue;
        const hu = rangeOf(found.frames, 'hounsfield');
        for (const key of ['min', 'max', 'mean'] as const)
          expect(hu[key], `${name}: ${key} of HU`).toBeCloseTo(theirs.hounsfield[key], 6);
        continue;
      }
      // JPEG with loss: within two steps of any other decoder (docs/dicom.md).
      expect(theirs.lossy, `${name} is lossless, and differs`).toBe(true);
      expect(Math.abs(ours.min - (stored?.min ?? NaN)), name).toBeLessThanOrEqual(2);
      expect(Math.abs(ours.max - (stored?.max ?? NaN)), name).toBeLessThanOrEqual(2);
      expect(Math.abs(ours.mean - (stored?.mean ?? NaN)), name).toBeLessThan(0.05);
      table.push(`${name}: within tolerance`);
      if (ct) count.near++;
    }
    process.stdout.write(`${table.join('\n')}\n${JSON.stringify(count)}\n`);
    expect(count).toEqual({ ct: 53, equal: 48, near: 3, left: 2 });
  });
});

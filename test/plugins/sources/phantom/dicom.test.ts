import { beforeAll, describe, expect, it } from 'vitest';
import { alongNormal, bySeries, make, type ReadSlice, readAll } from './read.ts';

let slices: ReadSlice[];
beforeAll(async () => {
  slices = await readAll(await make({ studies: 8, testStudies: 0, tilt: 0.5 }));
});

describe("the phantom's DICOM files", () => {
  it("hold the elements of RSNA's files, and no other", () => {
    // The 22 elements of facts 3, from the real headers.
    const expected =
      'x00080018 x00080060 x00100020 x0020000d x0020000e x00200010 x00200032 x00200037 x00280002 x00280004 x00280010 ' +
      'x00280011 x00280030 x00280100 x00280101 x00280102 x00280103 x00281050 x00281051 x00281052 x00281053 x7fe00010';
    for (const slice of slices) expect(slice.elements.join(' ')).toBe(expected);
  });

  it('carry ids that say nothing about position', () => {
    for (const slice of slices) {
      expect(slice.id).toMatch(/^ID_[0-9a-f]{9}$/);
      expect(slice.patient).toMatch(/^ID_[0-9a-f]{8}$/);
      expect(slice.fileUid).toMatch(/^2\.25\.[1-9][0-9]{20,38}$/);
    }
    expect(new Set(slices.map((slice) => slice.id)).size).toBe(slices.length);
    for (const series of bySeries(slices).values()) {
      const ids = series.map((slice) => slice.id);
      expect(ids).not.toEqual([...ids].sort());
      expect(ids).not.toEqual([...ids].sort().reverse());
    }
  });

  it('come in both pixel formats, with the window tags that go with them', () => {
    const unsigned = slices.filter((slice) => !slice.signed);
    const signed = slices.filter((slice) => slice.signed);
    expect(unsigned.length).toBeGreaterThan(0);
    expect(signed.length).toBeGreaterThan(0);
    for (const slice of unsigned) {
      expect(slice.bits).toBe(12);
      expect(slice.stored[0]).toBe(0);
      expect(Math.max(...slice.stored)).toBeLessThanOrEqual(4095);
      // Two values; implicit little endian where they are 36.
      const implicit = slice.transferSyntax === '1.2.840.10008.1.2';
      expect(slice.windowCentre).toBe(implicit ? '00036\\00036' : '00040\\00040');
      expect(slice.windowWidth).toBe('00080\\00080');
    }
    for (const slice of signed) {
      expect(slice.bits).toBe(16);
      expect(slice.stored[0]).toBe(-2000);
      expect([slice.windowCentre, slice.windowWidth]).toEqual(['30', '80']);
      expect(slice.transferSyntax).toBe('1.2.840.10008.1.2.1');
    }
    expect(new Set(slices.map((slice) => slice.transferSyntax)).size).toBe(2);
  });

  it('lie at evenly spaced positions, strictly increasing along the normal, tilted or not', () => {
    const tilts = new Set<boolean>();
    for (const series of bySeries(slices).values()) {
      const [first] = series as [ReadSlice, ...ReadSlice[]];
      const [cosine, sine] = first.orientation.slice(4) as [number, number];
      expect(first.orientation.slice(0, 4)).toEqual([1, 0, 0, 0]);
      expect(cosine ** 2 + sine ** 2).toBeCloseTo(1, 5);
      expect(sine).toBeLessThanOrEqual(0);
      tilts.add(sine < 0);
      const places = series.map(alongNormal);
      const steps = places.slice(1).map((place, i) => place - (places[i] as number));
      expect(Math.min(...steps)).toBeGreaterThan(1);
      expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(1e-4);
      // Only the table moves, along z: the way along the normal is shorter by the cosine.
      const table = (series[1]?.position[2] ?? 0) - (first.position[2] ?? 0);
      expect(steps[0]).toBeCloseTo(table * cosine, 4);
      expect(new Set(series.map((slice) => slice.position.slice(0, 2).join())).size).toBe(1);
    }
    expect(tilts.size).toBe(2);
  });
});

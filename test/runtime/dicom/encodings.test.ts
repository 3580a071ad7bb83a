import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hashOf, type StoredFrame, storedOf } from './stored.ts';

interface Fixture {
  file: string;
  stored?: string;
  values?: string;
  hounsfield?: string;
}

/** Made by test/fixtures/dicom.py, with pydicom's values. */
const fixtures: Record<string, Fixture> = JSON.parse(
  readFileSync(new URL('../../fixtures/dicom.json', import.meta.url), 'utf8'),
);
const read = (name: string) => storedOf(Buffer.from(fixtures[name]?.file ?? '', 'base64'));
const framesOf = async (name: string): Promise<StoredFrame[]> => {
  const found = await read(name);
  if ('reason' in found) throw new Error(`${name}: ${found.reason}: ${found.message}`);
  return found.frames;
};

/** What is left out, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'big-mr': 'not-ct',
  'big-report': 'not-ct',
  'deflated-mr': 'not-ct',
  'deflated-report': 'not-ct',
  'enhanced-without': 'unusable-rescale',
  'table-12': 'modality-lut',
  'table-od': 'not-hounsfield',
};
/** Stored values of another decoder of JPEG with loss may differ by so many steps (docs/dicom.md). */
const STEPS = 2;

describe('every encoding gives the stored values of pydicom', () => {
  it.each(Object.keys(fixtures).filter((name) => !(name in LEFT_OUT)))('%s', async (name) => {
    const { stored, values, hounsfield } = fixtures[name] as Fixture;
    const frames = await framesOf(name);
    if (values === undefined) expect(hashOf(frames)).toBe(stored);
    else {
      const theirs = inflateSync(Buffer.from(values, 'base64'));
      const ours = frames.flatMap((frame) => [...frame.values]);
      expect(theirs.length).toBe(4 * ours.length);
      const far = ours.filter((value, i) => Math.abs(value - theirs.readInt32LE(4 * i)) > STEPS);
      expect(far).toEqual([]);
    }
    if (hounsfield === undefined) return;
    const hu = Int32Array.from(frames[0]?.hounsfield ?? []);
    expect(createHash('sha256').update(new Uint8Array(hu.buffer)).digest('hex')).toBe(hounsfield);
  });

  it.each(Object.entries(LEFT_OUT))('%s is left out: %s', async (name, reason) => {
    expect(await read(name)).toMatchObject({ reason });
  });

  it('what contradicts its transfer syntax is told', async () => {
    const told = async (name: string) => (await framesOf(name))[0]?.header.doubts.map((doubt) => doubt.reason);
    for (const name of Object.keys(fixtures).filter((each) => each.includes('-stated-')))
      expect(await told(name), name).toEqual(['other-syntax']);
    expect(await told('new-vrs')).toEqual([]);
  });
});

describe('frames of enhanced CT', () => {
  it.each(['explicit', 'implicit', 'big', 'deflated'])('have place and rescale of their groups: %s', async (form) => {
    const frames = await framesOf(`enhanced-${form}`);
    expect(frames.map(({ header }) => header.position)).toEqual([0, 5, 10, 15].map((z) => [-10, -20, z]));
    frames.forEach(({ header, values, hounsfield }, i) => {
      expect(header).toMatchObject({
        slope: i + 1,
        intercept: -1024 + i,
        orientation: [1, 0, 0, 0, 1, 0],
        pixelSpacing: [0.5, 0.5],
        spacing: 5,
        instance: i + 1,
        imageType: ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE'],
      });
      expect([...hounsfield]).toEqual([...values].map((value) => value * (i + 1) - 1024 + i));
    });
  });

  it('of one frame is one slice with all that its groups say', async () => {
    const [frame, ...rest] = await framesOf('enhanced-one-frame');
    expect(rest).toEqual([]);
    expect(frame?.header).toMatchObject({ parts: null, position: [-10, -20, 0], slope: 1, intercept: -1024 });
  });

  it('of a shared group all have its rescale', async () => {
    const frames = await framesOf('enhanced-legacy-shared');
    for (const { header } of frames) expect(header).toMatchObject({ slope: 2, intercept: -1000 });
  });
});

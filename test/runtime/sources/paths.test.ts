import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameText, readablePath, systemPath } from '../../../src/runtime/sources/paths.ts';

/** A file's name: any bytes but / and NUL. */
const names = fc.uint8Array({ minLength: 1, maxLength: 24 }).map((bytes) => {
  const sound = Buffer.from(bytes).map((byte) => (byte === 0 || byte === 47 ? 65 : byte));
  return Buffer.from(sound);
});

describe('names of files as text', () => {
  it('come back as the bytes that they were', () => {
    fc.assert(
      fc.property(names, (name) => {
        const text = nameText(name);
        expect(Buffer.from(text).toString()).toBe(text);
        const path = systemPath('/root', text);
        const whole = Buffer.isBuffer(path) ? path : Buffer.from(path);
        // A plain path is normalised by `join`: `.` is the root itself.
        if (!/^\.+$/.test(text)) expect(whole.equals(Buffer.concat([Buffer.from('/root/'), name]))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('stand for themselves where they are UTF-8, and are shown as their bytes where not', () => {
    expect(nameText(Buffer.from('Schädel 頭 🧠.dcm'))).toBe('Schädel 頭 🧠.dcm');
    expect(readablePath(nameText(Buffer.from('M\xfcller', 'latin1')))).toBe('M\\xFCller');
  });
});

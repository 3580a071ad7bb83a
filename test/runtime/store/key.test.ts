import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashOf, stageKey } from '../../../src/runtime/store/key.ts';

describe('a key', () => {
  it('is SHA-256 over canonical JSON: order of keys does not matter, values do', () => {
    const parts = { stage: 'index', version: 1, slice: { b: 1, a: [1e-4, 'x'] }, inputs: {} };
    // RFC 8785 by hand: sorted keys, shortest round-trip numbers, no spaces.
    const canonical = '{"inputs":{},"slice":{"a":[0.0001,"x"],"b":1},"stage":"index","version":1}';
    expect(stageKey(parts)).toBe(createHash('sha256').update(canonical).digest('hex'));
    expect(stageKey({ ...parts, slice: { a: [1e-4, 'x'], b: 1 } })).toBe(stageKey(parts));
    expect(stageKey({ ...parts, seed: 0 })).not.toBe(stageKey(parts));
  });

  it('refuses what JSON cannot say', () => {
    expect(() => hashOf(undefined)).toThrow(TypeError);
  });
});

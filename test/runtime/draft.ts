import type { ManifestDraft } from '../../src/runtime/store/store.ts';

/** What a stage says of an artifact with nothing in it. */
export const draft = (key: string): ManifestDraft => ({
  key,
  stage: 'index',
  instance: '',
  parts: { stage: 'index', version: 1, slice: {}, inputs: {} },
  paths: {},
  inputs: {},
  components: {},
  engine: null,
  finished: '2026-01-01T00:00:00.000Z',
  estimate: null,
  seconds: 1,
  resumed: false,
  peakBytes: 1,
});

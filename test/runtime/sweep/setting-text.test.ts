import { expect, test } from 'vitest';
import { settingText } from '../../../src/runtime/sweep/table.ts';

test.each([
  [{ 'data.source.root': '/home/anna/data' }, "data.source.root (this machine's)"],
  [{ 'data.source.root': 'C:\\data' }, "data.source.root (this machine's)"],
  [{ 'data.source.root': '~/data' }, "data.source.root (this machine's)"],
  [{ 'data.source': { type: 'rsna', root: '/x' } }, `data.source {"type":"rsna","root":"(this machine's)"}`],
  [{ data: { source: { root: '/x' } } }, `data {"source":{"root":"(this machine's)"}}`],
  [{ 'data.source.root': 'data/rsna' }, 'data.source.root data/rsna'],
  [{ 'data.source.root': null, seed: 3 }, 'data.source.root null, seed 3'],
])('a page that is shared names no folder of this machine: %j', (values, text) => {
  expect(settingText(values, null)).toBe(text);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testComponent } from 'ichor/testing';
import sigmoid from '../src/sigmoid.ts';

test('example/sigmoid keeps what windows promise', async () => {
  const { checked } = await testComponent(sigmoid);
  assert.ok(checked.includes('layer: gradients'));
});

test('and from any other start', async () => {
  await testComponent(sigmoid, { params: { level: 600, width: 2800, lowest: -1024, highest: 3071 } });
});

test('a byte of it is 2 HU by default', () => {
  const params = { level: 40, width: 80, lowest: -130, highest: 380 };
  assert.equal(sigmoid.scale(-130, params), 0);
  assert.equal(sigmoid.scale(-128, params) * 255, 1);
  assert.equal(sigmoid.scale(380, params), 1);
});

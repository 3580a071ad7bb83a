import { test } from 'node:test';
import { testComponent } from 'ichor/testing';
import mottle from '../src/mottle.ts';

test('example/mottle keeps what augmentations promise', async () => {
  await testComponent(mottle);
});

import { expect, it } from 'vitest';
import { ichor } from '../cli.ts';

it('lists the layers of a backbone by the names that recipes take', async () => {
  const { status, out } = await ichor(['describe', 'backbone', 'small-cnn']);
  expect(status).toBe(0);
  expect(out).toMatch(
    /Layers as train and weights\.partial name them[\s\S]*\n +stem +2 layers[\s\S]*\n +predictions +1 layer /,
  );
  const { layers } = JSON.parse((await ichor(['describe', 'backbone', 'small-cnn', '--json'])).out);
  expect(layers.map(({ name }: { name: string }) => name)).toEqual([
    'stem',
    'block1',
    'block2',
    'block3',
    'block4',
    'predictions',
  ]);
  expect((await ichor(['describe', 'window', 'linear', '--json'])).out).not.toContain('"layers"');
});

import { expect, test } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { VALID } from '../diagnostics/mistakes.ts';

const registry = createRegistry(builtIn);
const codes = async (channels: string, backbone: string) => {
  const text = VALID.replace(/channels: .*/, `channels: [${channels}]`).replace(
    /backbone: \{.*/,
    `backbone: { type: efficientnet-lite0, ${backbone} }`,
  );
  const { diagnostics } = await resolveText(text, { registry, cwd: '/r' });
  return diagnostics.flatMap(({ code, severity }) => (severity === 'note' ? [] : [code]));
};

test('a network from scratch takes two channels where inputWeights says so, as its partner with weights does', async () => {
  expect(await codes('brain, bone', 'weights: none, inputWeights: cycle')).toEqual([]);
  expect(await codes('brain, bone', 'weights: none')).toEqual(['channel-count']);
});

test('without weights it is of no use for three channels, or for one that is repeated', async () => {
  for (const channels of ['brain, subdural, bone', 'brain'])
    expect(await codes(channels, 'weights: none, inputWeights: cycle'), channels).toEqual(['input-weights-unused']);
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/artifacts/safetensors.ts';
import { engineOf } from '../engine.ts';
import { KERAS, TORCH } from '../plugins/backbones/cases.ts';
import { type Case, describeEqual, type Expected, isSlow, networkOf, trained } from '../plugins/backbones/equal.ts';
import { inLayoutOf } from '../plugins/backbones/formula.ts';

/**
 * What the scripts in test/fixtures write where they are given a folder: every gradient and average of a step, which are
 * too large to keep. Without the folder, the sums of the stored fixtures alone are compared.
 */
const folder = process.env.ICHOR_BACKBONE_REFERENCES;

// npm run test:slow. The ordinary suite trains the small networks only.
if (isSlow) {
  await describeEqual('slow: as Keras’ network', KERAS);
  await describeEqual('slow: as torchvision’s or timm’s network', TORCH);
}

const fileOf = ({ component, library }: Case) =>
  join(folder ?? '', `${[component.name, ...(library ? [library] : [])].join('-')}.safetensors`);
const native = await engineOf('native');
const kept = [...KERAS, ...TORCH].filter((one) => folder !== undefined && existsSync(fileOf(one)));

describe.runIf(isSlow && native && folder)('slow: every gradient and average, against the folder of references', () => {
  it('has references', () => expect(kept.length).toBeGreaterThan(0));

  it.each(kept.map((one) => ({ ...one, name: fileOf(one) })))('$name', async (one) => {
    const { gradient, average, embedding } = await differences(one);
    expect(embedding).toBeLessThan(1e-4);
    expect(gradient).toBeLessThan(1e-3);
    expect(average).toBeLessThan(1e-4);
  });
});

/** Differences by norm, of all gradients together, all averages, all embeddings. */
export async function differences(one: Case & { expected: Expected }) {
  const { size } = one.expected.training;
  const { network, all } = networkOf(one, size);
  const { tensors } = await readSafetensors(fileOf(one));
  const step = trained(native as NonNullable<typeof native>, network, all, size);
  const read = (name: string) => (tensors[name] ?? expect.fail(`the reference has no ${name}`)).data as Float32Array;
  const sums = { gradient: [0, 0], average: [0, 0], embedding: [0, 0] } as Record<string, [number, number]>;
  const compare = (what: string, own: Float32Array, theirs: Float32Array) => {
    expect(own.length).toBe(theirs.length);
    const [error, norm] = sums[what] as [number, number];
    let [further, larger] = [error, norm];
    own.forEach((value, i) => {
      further += (value - (theirs[i] as number)) ** 2;
      larger += (theirs[i] as number) ** 2;
    });
    sums[what] = [further, larger];
  };
  for (const given of all) {
    const gradient = step.gradients.get(given.weight.name);
    const average = step.averages.get(given.weight.name);
    if (gradient) compare('gradient', inLayoutOf(given, gradient), read(`gradient/${given.name}`));
    if (average) compare('average', inLayoutOf(given, average), read(given.name));
  }
  compare('embedding', step.embedding, read('embedding'));
  const relative = (what: string) =>
    Math.sqrt((sums[what] as [number, number])[0] / (sums[what] as [number, number])[1]);
  return { gradient: relative('gradient'), average: relative('average'), embedding: relative('embedding') };
}

import { describe, expect, it } from 'vitest';
import { defineSampler, IchorError, type Sampler, Type } from '../../src/index.ts';
import { testComponent } from '../../src/testing/index.ts';
import { expectBroken } from './broken.ts';

const sampler = (more: Partial<Sampler>) =>
  defineSampler({
    name: 'acme/own',
    version: 1,
    summary: 'Each slice once.',
    params: Type.Object({}),
    contract: () => ({ draws: 'slices', prevalence: 'kept' }),
    order: (slices, { random }) => random.shuffle(slices.map((_, place) => place)),
    ...more,
  } as Omit<Sampler, 'kind'>);

describe('a sampler', () => {
  it('that keeps its contract passes, on no engine', async () => {
    const { checked, skipped, engine } = await testComponent(sampler({}));
    expect(checked.slice(-5)).toEqual(['contract', 'order', 'order: changes nothing', 'determinism', 'prevalence']);
    expect([skipped, engine]).toEqual([[], null]);
  });

  it('says how many slices it draws, and draws so many places', async () => {
    await expectBroken(sampler({ contract: () => ({}) as never }), 'contract', /say one of slices, patients/);
    await expectBroken(
      sampler({ order: () => [0] }),
      'order',
      /has 1 places, and with draws: slices it has to have 160/,
    );
    await expectBroken(
      sampler({ order: (slices) => slices.map((_, place) => place + 1) }),
      'order',
      /is 160, which is no place of a slice/,
    );
    await expectBroken(sampler({ order: () => 'all' as never }), 'order', /its order is no list/);
    await expectBroken(
      sampler({
        order: () => {
          throw new IchorError('acme', 'Never.', 'Try.', 2);
        },
      }),
      'order',
      /Never/,
    );
  });

  it('draws from its stream alone, and leaves what it is given as it is', async () => {
    let calls = 0;
    await expectBroken(
      sampler({
        order(slices) {
          calls++;
          return slices.map((_, place) => (place + calls) % slices.length);
        },
      }),
      'determinism',
      /./,
    );
    await expectBroken(
      sampler({
        order: (slices) => {
          (slices as unknown as { slice: string }[])[0]!.slice = 'other';
          return slices.map((_, place) => place);
        },
      }),
      'order: changes nothing',
      /changes the slices/,
    );
  });

  it('says where it shows labels more or less often than they occur', async () => {
    await expectBroken(
      sampler({
        order(slices, { random }) {
          const places = slices.flatMap(({ labels }, place) => (labels.any === 1 ? [place] : []));
          return places.length === 0 ? [0] : slices.map(() => places[random.integer(places.length)] as number);
        },
      }),
      'prevalence',
      /any is on 100 % of the slices that it draws, and on 25 %/,
    );
  });
});

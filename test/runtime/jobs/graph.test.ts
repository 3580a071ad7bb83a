import { describe, expect, it } from 'vitest';
import { jobGraph, type PointPlan, type PointStage } from '../../../src/runtime/jobs/graph.ts';
import type { StageName } from '../../../src/runtime/stage-names.ts';

/** `[id, key, ...reads]`; a key that starts with `=` is in the store. */
const point = (name: string, ...stages: readonly (readonly [string, string, ...string[]])[]): PointPlan => ({
  point: name,
  stages: stages.map(
    ([id, key, ...reads]): PointStage => ({
      id,
      stage: id.split(':')[0] as StageName,
      key: key.replace('=', ''),
      reads,
      left: !key.startsWith('='),
      seconds: 10,
      bytes: 100,
      peakBytes: id.startsWith('backbone') ? 7 : null,
    }),
  ),
});
const data = [
  ['index', 'i'],
  ['shards', 's', 'index'],
  ['split', 'p', 'index', 'shards'],
] as const;
const shown = (points: readonly PointPlan[]) =>
  jobGraph(points).map(({ name, point: of, until, needs, makes }) => ({
    name,
    by: `${of} until ${until ?? 'its end'}`,
    needs: [...needs],
    makes: makes.map(({ key }) => key).join(' '),
  }));

describe('the graph of jobs', () => {
  it('makes the data of points with networks of their own once', () => {
    const of = (name: string) =>
      point(name, ...data, ['backbone', `b${name}`, 'index', 'shards', 'split'], ['report', `r${name}`, 'backbone']);
    expect(shown([of('1'), of('2')])).toEqual([
      { name: 'shards s', by: '1 until shards', needs: [], makes: 'i s' },
      { name: 'point 1', by: '1 until its end', needs: ['shards s'], makes: 'p b1 r1' },
      { name: 'point 2', by: '2 until its end', needs: ['shards s'], makes: 'p b2 r2' },
    ]);
  });

  it('makes a chain that all points share in one job, and what some share in a second one', () => {
    const of = (name: string, backbone: string) =>
      point(
        name,
        ...data,
        ['backbone', backbone, 'index', 'shards', 'split'],
        ['embed', `e${backbone}`, 'index', 'shards', 'backbone'],
        ['sequence', `q${name}`, 'index', 'split', 'embed'],
        ['report', `r${name}`, 'sequence'],
      );
    expect(shown([of('1', 'b'), of('2', 'b')]).map(({ name, needs, makes }) => [name, needs, makes])).toEqual([
      ['embed eb', [], 'i s p b eb'],
      ['point 1', ['embed eb'], 'q1 r1'],
      ['point 2', ['embed eb'], 'q2 r2'],
    ]);
    expect(shown([of('1', 'b'), of('2', 'b'), of('3', 'c')]).map(({ name, needs }) => [name, needs])).toEqual([
      ['shards s', []],
      ['embed eb', ['shards s']],
      ['point 1', ['embed eb']],
      ['point 2', ['embed eb']],
      ['point 3', ['shards s']],
    ]);
  });

  it('trains the folds of one point apart, each with its embeddings', () => {
    const fold = (n: number) =>
      [
        [`backbone:fold-${n}`, `b${n}`, 'index', 'shards', 'split:folds'],
        [`embed:fold-${n}`, `e${n}`, 'index', 'shards', 'split:folds', `backbone:fold-${n}`],
      ] as const;
    const folds = point(
      'x',
      ...data,
      ['split:folds', 'f', 'index', 'shards', 'split'],
      ...fold(1),
      ...fold(2),
      ['embed:crossfit', 'c', 'embed:fold-1', 'embed:fold-2'],
      ['sequence', 'q', 'embed:crossfit'],
    );
    expect(shown([folds])).toEqual([
      { name: 'shards s', by: 'x until shards', needs: [], makes: 'i s' },
      { name: 'embed:fold-1 e1', by: 'x until embed:fold-1', needs: ['shards s'], makes: 'p f b1 e1' },
      { name: 'embed:fold-2 e2', by: 'x until embed:fold-2', needs: ['shards s'], makes: 'p f b2 e2' },
      { name: 'point x', by: 'x until its end', needs: ['embed:fold-1 e1', 'embed:fold-2 e2'], makes: 'c q' },
    ]);
  });

  it('has no job for what is in the store, and none for a point of which nothing is left', () => {
    const done = point('1', ['index', '=i'], ['shards', '=s', 'index'], ['report', '=r', 'shards']);
    const half = point('2', ['index', '=i'], ['shards', '=s', 'index'], ['report', 'r2', 'shards']);
    expect(shown([done, half])).toEqual([{ name: 'point 2', by: '2 until its end', needs: [], makes: 'r2' }]);
    expect(jobGraph([done])).toEqual([]);
  });

  it('adds up what jobs take, and says where that is not all', () => {
    const [only] = jobGraph([point('1', ...data, ['backbone', 'b', 'shards', 'split'])]);
    expect(only?.estimate).toEqual({ seconds: 40, bytes: 400, peakBytes: 7, complete: true });
    const plan = point('1', ['index', 'i']);
    const unknown = { ...plan, stages: plan.stages.map((stage) => ({ ...stage, seconds: null })) };
    expect(jobGraph([unknown])[0]?.estimate).toMatchObject({ seconds: 0, complete: false });
  });
});

import { ANY } from '../../../labels.ts';
import type { ResolvedRecipe } from '../../../registry/recipe.ts';
import type { Graph } from '../onnx/graph.ts';

/**
 * The recipe's rule for a series, counted in slices: each slice is a place of its own, and there are no holes. Of the
 * probabilities `[slices, 6]` the last column, `any`, is asked.
 * `call`: bool, whether the series is positive; `run`: int64 `[3]`, length, first and last slice of the longest run of slices
 * above the threshold; 0, -1, -1 where there is none.
 */
export function patientRuleNodes(
  graph: Graph,
  probabilities: string,
  slices: string,
  rule: ResolvedRecipe['evaluation']['patient'],
): { call: string; run: string } {
  return graph.within('patient_rule', () => {
    const int64 = (one: string) => graph.node('Cast', [one], { to: { int: 7 } });
    const scores = graph.node('Gather', [probabilities, graph.scalar('int64', ANY)], { axis: { int: 1 } });
    const above = graph.node('Greater', [scores, graph.scalar('float32', rule.threshold)]);
    const length = graph.node('Squeeze', [slices, graph.whole(0)]);
    const [zero, one] = [graph.scalar('int64', 0), graph.scalar('int64', 1)];
    const place = graph.node('Range', [zero, length, one]);
    const behind = graph.node('Add', [place, one]);
    // Behind the last slice that is not above, of those up to each one: there the run that each is in begins.
    const ends = graph.node('Where', [above, zero, behind]);
    const seen = graph.node('LessOrEqual', [
      graph.node('Unsqueeze', [place, graph.whole(0)]),
      graph.node('Unsqueeze', [place, graph.whole(1)]),
    ]);
    const before = graph.node('Where', [seen, graph.node('Unsqueeze', [ends, graph.whole(0)]), zero]);
    const starts = graph.node('ReduceMax', [before], { axes: { ints: [1] }, keepdims: { int: 0 } });
    const lengths = graph.node('Sub', [behind, starts]);
    const longest = graph.node('ReduceMax', [lengths], { axes: { ints: [0] }, keepdims: { int: 1 } });
    const last = graph.node('ArgMax', [lengths], { axis: { int: 0 }, keepdims: { int: 1 } });
    const first = graph.node('Add', [graph.node('Sub', [last, longest]), one]);
    const some = graph.node('Greater', [longest, zero]);
    const none = graph.whole(-1);
    const run = graph.node(
      'Concat',
      [longest, graph.node('Where', [some, first, none]), graph.node('Where', [some, last, none])],
      { axis: { int: 0 } },
    );
    const together = graph.node('ReduceSum', [int64(above), graph.whole(0)], { keepdims: { int: 1 } });
    const reached = rule.rule === 'count' ? together : longest;
    const enough = graph.node('GreaterOrEqual', [reached, graph.whole(Math.max(1, rule.slices))]);
    return { call: graph.node('Squeeze', [enough, graph.whole(0)]), run };
  });
}

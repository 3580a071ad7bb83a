import { defineMetric, type Times, Type } from '../../src/index.ts';
import { type Called, callCounts, callPatients, f1Of, type Truth } from './called.ts';
import { resampled } from './resampled.ts';
import { type RuleParams, ruleName, ruleOf, ruleParams } from './rule.ts';

/** Batches of patients in their order, each patient as often as drawn; the mean F1 of those that are not 0/0. */
function batchMean(
  called: readonly Called[],
  truth: Truth,
  batch: number,
  times: Times,
): { value: number | null; batches: number; empty: number } {
  let [sum, full, empty, size] = [0, 0, 0, 0];
  let cells = { tp: 0, fp: 0, fn: 0 };
  const close = () => {
    if (size === 0) return;
    const f1 = f1Of(cells);
    if (f1 === null) empty++;
    else full++;
    sum += f1 ?? 0;
    size = 0;
    cells = { tp: 0, fp: 0, fn: 0 };
  };
  called.forEach(({ call, truth: { [truth]: positive } }, patient) => {
    if (positive === null) return;
    for (let n = 0; n < times[patient]!; n++) {
      if (call && positive) cells.tp++;
      else if (call) cells.fp++;
      else if (positive) cells.fn++;
      if (++size === batch) close();
    }
  });
  close();
  return { value: full === 0 ? null : sum / full, batches: full + empty, empty };
}

/** facts 1.7: how the released code came by its F1. */
export default defineMetric({
  name: 'batch-mean-f1',
  version: 2,
  summary:
    'F1 over patients as the code that the authors released computes it: the mean of the F1 of batches of patients, those with nothing positive left out. It depends on the order and size of the batches; patient-f1 is the pooled figure.',
  params: Type.Object({
    batch: Type.Integer({
      default: 32,
      minimum: 1,
      maximum: 65536,
      unit: 'patients',
      description: 'Patients in a batch, in the order of the index.',
    }),
    ...ruleParams,
  }),
  contract: () => ({ needs: ['patients'] }),
  ...resampled((input, params: RuleParams & { batch: number }) => {
    const { batch } = params;
    const rule = ruleOf(input, params);
    const called = callPatients(input, rule, params);
    return rule.truth.map((truth) => {
      const { value, batches, empty } = batchMean(called, truth, batch, new Int32Array(called.length).fill(1));
      const count = (call: boolean, positive: boolean) =>
        called.filter((one) => one.call === call && one.truth[truth] === positive).length;
      const confusion = {
        tp: count(true, true),
        fp: count(true, false),
        fn: count(false, true),
        tn: count(false, false),
      };
      return {
        figure: {
          name: `batch-mean-f1 (${batch === 32 ? '' : `batches of ${batch}, `}${ruleName(params)}truth: ${truth})`,
          value,
          better: 'higher',
          unit: 'patient',
          truth,
          counts: { ...callCounts(called, truth, confusion), batches, empty },
        },
        at: (times) => batchMean(called, truth, batch, times).value,
      };
    });
  }),
});

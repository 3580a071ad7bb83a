import { type MetricInput, type Params, Type } from '../../src/index.ts';

/** Of metrics that call series or patients: by which rule, where it is not the recipe's, and which slices count. */
export const ruleParams = {
  rule: Type.Enum(['of-recipe', 'consecutive', 'count'], {
    default: 'of-recipe',
    description:
      'How slices make a series positive: as evaluation.patient.rule has it, or by this rule whatever stands there, so that a column of a table goes by one rule.',
  }),
  slices: Type.Enum(['whole-series', 'judged'], {
    default: 'whole-series',
    description:
      'judged: only the labelled slices of the side that is judged count. Under a split of slices the others of the series were trained on, and flatter the figure.',
  }),
};

const object = Type.Object(ruleParams);
/** Left out: as the recipe has it. */
export type RuleParams = Partial<Params<typeof object>>;

export const ruleOf = ({ patient }: MetricInput, { rule = 'of-recipe' }: RuleParams): MetricInput['patient'] =>
  rule === 'of-recipe' ? patient : { ...patient, rule };

/** `rule: count, judged slices, `: what a figure's name says before its truth; empty where all is as the recipe has it. */
export const ruleName = ({ rule = 'of-recipe', slices = 'whole-series' }: RuleParams): string =>
  `${rule === 'of-recipe' ? '' : `rule: ${rule}, `}${slices === 'judged' ? 'judged slices, ' : ''}`;

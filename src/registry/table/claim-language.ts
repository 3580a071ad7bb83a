import { Type } from '../kinds/type.ts';

/** What a claim may come to: it is so, it is not so, or the experiment cannot tell. */
export const OUTCOMES = ['holds', 'undecided', 'fails'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * What is repeated, and so what a claim is about. `crossed`: the same patients under several network seeds, both drawn at
 * random. `nested`: replicates (`dataSeeds`) with patients and networks of their own.
 */
export const DESIGNS = ['crossed', 'nested'] as const;
export type Design = (typeof DESIGNS)[number];

/** Whether both rows learned from as much: stated here, and shown. */
export const BUDGETS = ['matched', 'differs'] as const;
export type Budget = (typeof BUDGETS)[number];

const oneOf = <T extends readonly string[]>(choices: T, description: string) =>
  Type.Union(
    choices.map((choice) => Type.Literal(choice)),
    { description },
  );
const seedList = (description: string) =>
  Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      uniqueItems: true,
      description,
    }),
  );
const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
const deviation = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1e6, description: `Standard deviation ${description}.` }));

export const CLAIM = Type.Object(
  {
    claim: Type.String({ minLength: 1, description: 'The claim in words.' }),
    row: Type.String({ minLength: 1, description: 'The row that is said to be better.' }),
    than: Type.String({
      minLength: 1,
      description:
        'The row that it is compared with; constant or all-positive: the predictor without pictures of its own evaluation.',
    }),
    figure: Type.String({ minLength: 1, description: 'The figure that is compared: mean-log-loss.' }),
    // Optional here, so that a claim without one is told what there is to choose from.
    design: Type.Optional(
      oneOf(
        DESIGNS,
        'crossed: one data set under at least five seeds; nested: at least five data.seeds, each with data and networks of its own. Every claim states it.',
      ),
    ),
    by: Type.Optional(
      Type.Number({
        minimum: -1e6,
        maximum: 1e6,
        description: 'How much better at least, in the unit of the figure, not below 0. Default: 0.',
      }),
    ),
    within: Type.Optional(
      Type.Number({
        minimum: -1e6,
        maximum: 1e6,
        description:
          'In the place of by: that both are equal to within so much, above 0, either way (two one-sided tests).',
      }),
    ),
    sided: Type.Optional(
      oneOf(
        ['one', 'two'],
        'two (default): decided by a 95 % interval; one: by its side alone, a 90 % interval. Not beside within.',
      ),
    ),
    primary: Type.Optional(
      Type.Boolean({
        description:
          'One of at most four claims that the table was made for, corrected together (Holm). Else exploratory.',
      }),
    ),
    gate: Type.Optional(
      Type.Boolean({
        description:
          'Another outcome than expected ends ichor table with 3: at most one claim by a margin and one of equality.',
      }),
    ),
    attempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'How often this claim has been decided, this time among them. Default: 1.',
      }),
    ),
    fixedOn: Type.Optional(
      Type.Object(
        {
          'data.seed': seedList('Data that by or within were chosen on: no run of the claim may have them.'),
          seed: seedList('Network seeds that they were chosen on.'),
          reason: text('Where they follow from no run: what they follow from.'),
        },
        { additionalProperties: false, description: 'What by, or within, was fixed on.' },
      ),
    ),
    budget: Type.Optional(
      oneOf(BUDGETS, 'matched: both rows learn from as many updates and labels, as the file says; or differs.'),
    ),
    spread: Type.Optional(
      Type.Object(
        {
          patients: deviation('of the difference from patient to patient'),
          seeds: deviation('from seed to seed'),
          rest: deviation('of what is left'),
          replicates: deviation('from replicate to replicate, of a nested claim'),
        },
        {
          additionalProperties: false,
          description: 'What an earlier try found: ichor check reckons from it whether its band can be shown at all.',
        },
      ),
    ),
    limit: text('What the claim does not say: stands beside it where it is read.'),
    expect: Type.Optional(
      Type.Record(Type.String(), oneOf(OUTCOMES, 'holds, undecided or fails.'), {
        description:
          'What is expected, by profile (full: without one). Without an expectation the outcome is only reported.',
      }),
    ),
  },
  { additionalProperties: false, description: 'That one row is better than another, or equal to it.' },
);

/** Standard deviations of a difference, in the figure's unit. */
export interface StatedSpread {
  patients?: number;
  seeds?: number;
  rest?: number;
  replicates?: number;
}

export interface FixedOn {
  'data.seed'?: readonly number[];
  seed?: readonly number[];
  reason?: string;
}

export interface StatedClaim {
  claim: string;
  row: string;
  than: string;
  figure: string;
  design?: Design;
  by?: number;
  within?: number;
  sided?: 'one' | 'two';
  primary?: boolean;
  gate?: boolean;
  attempts?: number;
  fixedOn?: FixedOn;
  budget?: Budget;
  spread?: StatedSpread;
  limit?: string;
  expect?: Readonly<Record<string, Outcome>>;
}

import { Type } from '../kinds/type.ts';
import { NAME_PATTERN } from '../language/language.ts';
import { type JsonSchema, schemaOf } from '../values/schema-type.ts';
import type { Plain } from '../values/value.ts';
import { CLAIM, type StatedClaim } from './claim-language.ts';

/** Predictors that look at no picture, whose figures every evaluation writes. */
export const BASELINES = ['constant', 'all-positive'] as const;
export type Baseline = (typeof BASELINES)[number];

export const PAPER_COLUMNS = ['log-loss', 'patient-f1'] as const;
export type PaperColumn = (typeof PAPER_COLUMNS)[number];

/** What a table is under when no profile is named: the recipes as they stand. */
export const FULL = 'full';

const name = (description: string) => Type.String({ pattern: NAME_PATTERN, description });
const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
const file = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

const seeds = (description: string) =>
  Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      uniqueItems: true,
      description,
    }),
  );

const folds = (description: string) => Type.Optional(Type.Integer({ minimum: 2, maximum: 100, description }));

const row = Type.Object(
  {
    name: Type.Optional(name('What the row is called; by default the name of its file.')),
    recipe: file('The recipe that the row runs, from this file.'),
    sweep: file('A recipe with a sweep, from this file: each of its settings is a row, over its own seeds.'),
    of: Type.Optional(name('A row whose evaluation has the figures of this one.')),
    baseline: Type.Optional(
      Type.Union(
        BASELINES.map((choice) => Type.Literal(choice)),
        { description: 'The predictor without pictures that this row shows: constant, or all-positive.' },
      ),
    ),
    set: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Values of the recipe by their paths, as in --set.' }),
    ),
    seeds: seeds('Seeds of this row alone.'),
    dataSeeds: seeds('Values of data.seed for this row alone.'),
    folds: folds('Folds of this row alone.'),
    note: text('What has to be known beside the row.'),
    profiles: Type.Optional(
      Type.Array(name('A profile.'), {
        minItems: 1,
        uniqueItems: true,
        description: 'The row is part of the table only under these; full: without a profile.',
      }),
    ),
  },
  { additionalProperties: false, description: 'A row, or the file of its recipe.' },
);

const fields = {
  name: Type.Optional(name('Name of the table and of its folder; by default that of its file.')),
  title: text('What stands above the table.'),
  figures: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    uniqueItems: true,
    description:
      'The columns: figures of the validation side, of the final model: mean-log-loss, patient-f1 (truth: same-rule).',
  }),
  paper: Type.Optional(
    Type.Union([...PAPER_COLUMNS.map((choice) => Type.Literal(choice)), Type.Null()], {
      description: "Which of the paper's figures stands in a column of its own; null: none.",
    }),
  ),
  seeds: seeds('Values of seed: each row is run with each of them. Default: [0].'),
  dataSeeds: seeds(
    'Values of data.seed: each row is run on each of these data sets, with each of its seeds. Default: as the recipe states.',
  ),
  folds: folds(
    'Each row is run once for each of so many folds of its labelled patients (data.split: k-fold), and its figures are of what each patient got from the network that did not see it. Default: the split of the recipe.',
  ),
  notes: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), { description: 'Sentences that stand below the table.' }),
  ),
  rows: Type.Array(row, { minItems: 1, description: 'The rows, in their order.' }),
  claims: Type.Optional(Type.Array(CLAIM, { description: 'What the table is expected to show.' })),
};

/** The keys of a profile of a table: everything but what says what the file is. */
const PART_FIELDS = ['title', 'figures', 'paper', 'seeds', 'dataSeeds', 'folds', 'notes', 'rows', 'claims'] as const;

/** A table as it is once short forms are written out and profiles are merged. */
export const TABLE: JsonSchema = schemaOf(
  Type.Object(
    {
      table: Type.Literal(1, { description: 'Version of the table language: 1.' }),
      ...fields,
    },
    {
      additionalProperties: false,
      description: 'A table of ichor: rows that are recipes, and columns that are figures.',
    },
  ),
);

export const PROFILE_KEYS: readonly string[] = PART_FIELDS;

/** The word that a row's bare text stands for. */
export const ROW_SHORT = 'recipe';

export interface StatedRow {
  name?: string;
  recipe?: string;
  sweep?: string;
  of?: string;
  baseline?: Baseline;
  set?: Readonly<Record<string, Plain>>;
  seeds?: readonly number[];
  dataSeeds?: readonly number[];
  folds?: number;
  note?: string;
  profiles?: readonly string[];
}

/** What a valid table file says, under the profiles that were chosen. */
export interface StatedTable {
  table: 1;
  name?: string;
  title?: string;
  figures: readonly string[];
  paper?: PaperColumn | null;
  seeds?: readonly number[];
  dataSeeds?: readonly number[];
  folds?: number;
  notes?: readonly string[];
  rows: readonly StatedRow[];
  claims?: readonly StatedClaim[];
}

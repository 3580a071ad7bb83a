import type { TSchema } from 'typebox';
import type { Kind } from '../kinds/kind.ts';
import { SCHEDULE_OF_THE_RATE } from '../kinds/optimizer.ts';
import { FURTHER_BACKBONES, SPLIT_OF_ITS_OWN } from '../kinds/sequence.ts';
import { Type } from '../kinds/type.ts';
import { labelColumns } from '../label-columns.ts';
import { type JsonSchema, schemaOf } from '../values/schema-type.ts';
import type { Plain } from '../values/value.ts';

/** The recipe language as data: short forms, merging, defaults, validation and the editor's schema all read this. */
export type Shape = MapShape | NamedShape | ListShape | ComponentShape | ValueShape | PartShape;

export interface MapShape {
  is: 'map';
  description: string;
  /** In the order in which a resolved recipe states them: as the data flows. */
  fields: Readonly<Record<string, Shape>>;
  /** The field that a bare word stands for: `brain` for `{ window: brain }`. */
  short?: string;
  /** Fields of which one stands: a layer that states one drops the others below, and where one is stated no other has a default. */
  alternatives?: readonly string[];
  /** It stands only where a recipe states it: nothing is missing without it, and then its fields have no defaults. */
  optional?: true;
}
/** A map whose keys the recipe chooses. */
export interface NamedShape {
  is: 'named';
  description: string;
  of: Shape;
  /** Consumed by a step: nothing is missing without it. */
  optional?: true;
}
export interface ListShape {
  is: 'list';
  description: string;
  of: Shape;
  minItems?: number;
  /** Absent: the recipe must state it. */
  default?: Plain;
}
/** A block with a `type`, or a component's bare name. */
export interface ComponentShape {
  is: 'component';
  description: string;
  kind: Kind;
  /** What stands where the recipe says nothing: the kind's default component, the word (none), or (absent) an error. */
  default?: 'component' | 'none';
  /** Whether a word may stand in the place of the block: `none`, unless `word` says another. */
  none?: true;
  word?: string;
}
export interface ValueShape {
  is: 'value';
  description: string;
  schema: JsonSchema;
  /** Consumed by a step or absent: nothing is missing without it. */
  optional?: true;
}

/** A part of a recipe inside of a recipe: what a profile sets. A step consumes it: no resolved recipe has one. */
export interface PartShape {
  is: 'part';
  description: string;
}

const map = (
  description: string,
  fields: MapShape['fields'],
  more: Pick<MapShape, 'short' | 'alternatives' | 'optional'> = {},
): MapShape => ({ is: 'map', description, fields, ...more });
const value = (description: string, schema: TSchema, optional?: true): ValueShape => ({
  is: 'value',
  description,
  schema: schemaOf(schema),
  ...(optional ? { optional } : {}),
});
const words = <T extends string>(choices: readonly T[], options: { default?: T } = {}) =>
  Type.Union(
    choices.map((choice) => Type.Literal(choice)),
    options,
  );

const seed = (description: string) =>
  value(description, Type.Integer({ default: 0, minimum: 0, maximum: Number.MAX_SAFE_INTEGER }));

/** How long a network trains: said in one of two ways. */
const BUDGET = { alternatives: ['epochs', 'updates'] } as const;

const earlyStopping = Type.Union(
  [
    Type.Object(
      {
        patience: Type.Integer({
          default: 3,
          minimum: 1,
          maximum: 100_000,
          unit: 'validations',
          description: 'So many validations in a row without a better figure, and the training ends.',
        }),
        metric: Type.String({
          default: 'loss',
          minLength: 1,
          description: 'What has to get better on validation: loss (as optimised), or the name of a metric.',
        }),
        minDelta: Type.Number({
          default: 0,
          minimum: 0,
          description: 'Better by no more than this is not better.',
        }),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { default: null },
);

const ema = Type.Union(
  [
    Type.Literal('none'),
    Type.Object(
      {
        decay: Type.Number({
          default: 0.999,
          minimum: 0,
          exclusiveMaximum: 1,
          description: 'Share of itself that the average keeps with each update.',
        }),
        warmUp: Type.Boolean({
          default: false,
          description:
            'The decay rises from 2/11 as (1 + t) / (10 + t) over t updates, so that a short training does not keep its beginning. Definition: TensorFlow, ExponentialMovingAverage with num_updates.',
        }),
      },
      { additionalProperties: false },
    ),
  ],
  { default: 'none' },
);

const mixup = Type.Union(
  [
    Type.Literal('none'),
    Type.Object(
      {
        alpha: Type.Number({
          default: 0.2,
          exclusiveMinimum: 0,
          maximum: 32,
          description:
            'The share is drawn from Beta(alpha, alpha): small, most batches are hardly mixed; 1, any share is as likely.',
        }),
      },
      { additionalProperties: false },
    ),
  ],
  { default: 'none' },
);

const training = (what: string, epochs: number, item: string, batch = 32) => ({
  epochs: value(
    `Times that ${what} sees its training data. Or updates says how long it trains.`,
    Type.Integer({ default: epochs, minimum: 1, maximum: 10000, unit: 'passes over the data' }),
  ),
  updates: value(
    'In the place of epochs: how often the weights change, in as many passes over the data as that takes, the last one in part.',
    Type.Integer({ minimum: 1, maximum: 100_000_000, unit: 'updates' }),
    true,
  ),
  batch: value(
    `${item} in one batch: what has to fit into memory.`,
    Type.Integer({ default: batch, minimum: 1, maximum: 65536 }),
  ),
  accumulate: value(
    'So many batches make one update, by the gradient that one batch of all their items would have; epochs, updates and schedules count updates.',
    Type.Integer({ default: 1, minimum: 1, maximum: 65536, unit: 'batches' }),
  ),
  stepsPerEpoch: value(
    'At most so many updates an epoch; null: all of the data.',
    Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], { default: null }),
  ),
  validateEvery: value(
    'Updates between two validations, each with a checkpoint; null: after each pass over the data. After the last update in any case.',
    Type.Union([Type.Integer({ minimum: 1, unit: 'updates' }), Type.Null()], { default: null }),
  ),
  precision: value(
    'What products and convolutions are computed in; weights, statistics of batch norm, sums and the loss stay float32. bfloat16 takes the native engine, is about twice as fast where the processor has AMX, and less exact.',
    words(['float32', 'bfloat16'], { default: 'float32' }),
  ),
  ema: value(
    'Whether a moving average of the weights is what validates and is kept: none, or { decay: 0.999 }, each update (1 - decay) of the new weights. Definition: Keras, use_ema.',
    ema,
  ),
  checkpoint: value(
    "Which epoch's weights the later stages use: last, or the best on validation by a metric: { best: mean-log-loss }. With everySteps, how often its state is kept inside of an epoch.",
    Type.Union(
      [
        Type.Literal('last'),
        Type.Object(
          {
            best: Type.Optional(Type.String({ description: 'Name of a metric: mean-log-loss. Without it: last.' })),
            everySteps: Type.Optional(
              Type.Integer({
                minimum: 1,
                unit: 'updates',
                affectsResult: false,
                description:
                  'Updates between two checkpoints inside of an epoch, from which an interrupted training goes on; it changes no key and no result. Without it: one every ten minutes.',
              }),
            ),
          },
          { additionalProperties: false, minProperties: 1 },
        ),
      ],
      {
        default: 'last',
      },
    ),
  ),
  earlyStopping: value(
    'Ends a training whose figure on validation gets no better; null: it trains to its end. Whose weights are kept then says checkpoint: with last those of the end, patience validations after the best.',
    earlyStopping,
  ),
  optimizer: component('How weights change.', 'optimizer', { default: 'component' }),
  loss: component('What training lowers.', 'loss', { default: 'component' }),
});

function component(
  description: string,
  kind: Kind,
  options: Pick<ComponentShape, 'default' | 'none' | 'word'> = {},
): ComponentShape {
  return { is: 'component', description, kind, ...options };
}

const embeddings = Type.Union(
  [
    Type.Literal('in-sample'),
    Type.Literal('crossfit'),
    Type.Object(
      {
        crossfit: Type.Optional(
          Type.Integer({
            minimum: 2,
            maximum: 20,
            unit: 'folds',
            description: "Folds of the patients. Each patient's embeddings come from the backbone that did not see it.",
          }),
        ),
        'in-sample': Type.Optional(
          Type.Integer({
            minimum: 2,
            maximum: 20,
            unit: 'folds',
            description:
              "Folds of the patients, and the same backbones as crossfit of as many folds. Each training patient's embeddings come from one that did see it: the control of crossfit.",
          }),
        ),
      },
      { additionalProperties: false, minProperties: 1, maxProperties: 1, alternatives: ['crossfit', 'in-sample'] },
    ),
  ],
  { default: 'in-sample' },
);

const figure = (of: string) => Type.Optional(Type.Number({ description: `As printed for ${of}.` }));
const validation = figure("the paper's own validation set");
const paper = Type.Union(
  [
    Type.Object(
      {
        row: Type.String({ minLength: 1, description: "The row's label as printed." }),
        'log-loss': Type.Optional(
          Type.Object(
            { validation, 'kaggle-private': figure("the private part of Kaggle's test set") },
            { additionalProperties: false, description: 'Log loss, as printed.' },
          ),
        ),
        'patient-f1': Type.Optional(
          Type.Object({ validation }, { additionalProperties: false, description: 'F1 over patients, as printed.' }),
        ),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { default: null },
);

/** Keys are paths, as in --set; the values of `pairs` go side by side, those of `grid` each with each. */
const tried = (description: string) =>
  Type.Optional(Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }), { description }));

const sweep = Type.Object(
  {
    grid: tried('Paths, each with its values: every combination is tried.'),
    pairs: tried('Paths with lists of one length: the first of each, the second of each, and so on.'),
    repeats: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'Runs of each combination: with the seed of the recipe, the next one, and so on.',
      }),
    ),
    seeds: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
        minItems: 1,
        uniqueItems: true,
        description: 'The seeds of the runs of each combination, in the place of repeats.',
      }),
    ),
    figures: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        maxItems: 2,
        uniqueItems: true,
        description: 'Figures of the plot, left and right axis: mean-log-loss, patient-f1 (truth: same-rule).',
      }),
    ),
  },
  { additionalProperties: false },
);

const resolved = Type.Object(
  {
    by: Type.String({ description: 'Version of ichor that resolved it.' }),
    profile: Type.Optional(Type.Array(Type.String(), { description: 'Profiles that were merged.' })),
    set: Type.Optional(Type.Array(Type.String(), { description: 'Values from the command line.' })),
    point: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'The values of this point of a sweep.' }),
    ),
    components: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description: 'Versions of the components that it names.',
    }),
  },
  { additionalProperties: false },
);

const limit = Type.Union(
  [
    Type.Object(
      {
        labelled: Type.Integer({ minimum: 1, unit: 'studies', description: 'Studies with labels that are kept.' }),
        unlabelled: Type.Integer({ minimum: 0, unit: 'studies', description: 'Studies without labels that are kept.' }),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { default: null },
);

const labelCell = (description: string) =>
  value(description, Type.Union([Type.String({ minLength: 1 }), Type.Null()], { default: null }));

const resample = Type.Union(
  [
    Type.Object(
      {
        spacingMm: Type.Number({
          default: 5,
          minimum: 2.5,
          maximum: 20,
          unit: 'mm',
          description: 'Spacing and thickness of the slices that are made.',
        }),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { default: null },
);

const bootstrap = Type.Union(
  [
    Type.Object(
      {
        draws: Type.Integer({ default: 1000, minimum: 40, maximum: 100_000, description: 'Draws of all patients.' }),
        seed: Type.Integer({
          default: 0,
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
          description: 'Seeds the draws: equal for recipes that are to be compared.',
        }),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { default: null },
);

const paths = Type.Array(Type.String({ minLength: 1 }), { description: 'The only paths in which the two may differ.' });
const contrast = Type.Union(
  [
    Type.Record(
      Type.String(),
      Type.Union([
        paths,
        Type.Object(
          {
            paths,
            matched: Type.Literal('no', { description: 'no: the two do not train as much as each other.' }),
            reason: Type.String({ minLength: 1, description: 'Why they cannot; it stands in tables.' }),
          },
          { additionalProperties: false },
        ),
      ]),
    ),
    Type.Null(),
  ],
  { default: null },
);

/** Fields of a file that are about this file alone: a recipe does not inherit them. */
export const OWN_FIELDS = ['extends', 'name', 'paper', 'contrast', 'sweep', 'resolved'] as const;

/** Fields that a profile cannot set, and neither a sweep nor the command line: they say what the file is. */
export const FILE_FIELDS = ['recipe', 'extends', 'plugins', 'profiles', 'sweep', 'resolved', 'contrast'] as const;

/** Where no reference stands: what is read before references are followed, or says what a thing is. */
export const NO_REFERENCE: readonly string[] = [...FILE_FIELDS, 'name', 'smoke'];

/** Fields in which two recipes that `contrast` compares may always differ. */
export const NOT_COMPARED = [
  'name',
  'paper',
  'contrast',
  'notes',
  'accept',
  'profiles',
  'resolved',
  'engine',
  'tracking',
] as const;

/**
 * Fields that enter no key and are not compared: steps of resolution consume them, they are about the file itself, or
 * they say what computes (`engine`), which manifests and run.json know, or who follows it (`tracking`).
 */
export const NOT_IN_KEYS = [
  'extends',
  'contrast',
  'profiles',
  'sweep',
  'plugins',
  'resolved',
  'engine',
  'tracking',
] as const;

/** More than any machine that trains has; of a number beyond it the pool of threads would fill the memory. */
export const MOST_THREADS = 1024;

export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

export const LANGUAGE: MapShape = map('A recipe of ichor.', {
  recipe: value('Version of the recipe language: 1.', Type.Literal(1)),
  name: value(
    'Name of the recipe and of its runs; by default that of its file.',
    Type.String({ pattern: NAME_PATTERN }),
  ),
  extends: value(
    'File or files that this one completes, from this file; later ones win.',
    Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))]),
    true,
  ),
  plugins: value(
    'Plugins whose components this recipe names: npm packages, or files (./my-window.ts) from this file.',
    Type.Array(Type.String({ minLength: 1 }), { default: [], uniqueItems: true }),
  ),
  seed: seed('Seeds all that is drawn but source, split and limit.'),
  data: map('Where the pictures come from.', {
    seed: seed('Seeds source, split and limit.'),
    source: component('Where slices and labels come from.', 'source'),
    series: map(
      'Which series of a study are read: a study may hold the same head several times, and pictures that are none.',
      {
        choose: value(
          'best: of each study the one that the rule takes for the head; suitable: all but what the rule excludes; all: each series, unasked (as the paper); by-source: all of a source with labels, else the best.',
          words(['by-source', 'best', 'suitable', 'all'], { default: 'by-source' }),
        ),
        rule: component('Which series is the head.', 'series-rule', { default: 'component' }),
      },
    ),
    resample: value(
      'Series whose slices are closer than 2.5 mm become slices of this spacing, each the mean of the HU that it overlaps; null: they stay as they are.',
      resample,
    ),
    split: component('Which patients train and which validate.', 'split', { default: 'component' }),
    test: value(
      'Share of the labelled patients that is held out before anything is split; null: none. No figure, threshold, calibration or early stop sees their labels: ichor evaluate RUN --test-side opens them, and says how often that was done.',
      Type.Union([Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), Type.Null()], { default: null }),
    ),
    image: map('Size of the pictures that networks see.', {
      size: value(
        'Side of the square picture in pixels.',
        Type.Integer({ default: 224, minimum: 8, maximum: 2048, unit: 'pixels' }),
      ),
      interpolation: value(
        'How slices are resized. linear: four neighbours, as the paper; area: the mean of what a pixel covers.',
        words(['linear', 'area'], { default: 'area' }),
      ),
      storage: value(
        'How shards keep pictures. jpeg: each has gone through a JPEG (quality 95, colours at half the size), which mixes the windows: a control, as the released code had it.',
        words(['lossless', 'jpeg'], { default: 'lossless' }),
      ),
    }),
    labels: map('A table of labels in the place of the one that the source has, and how strictly labels are read.', {
      file: value(
        "CSV of labels: a file of the source's folder or zip, else of this machine (from the workspace); null: the source's own. Without columns and label it has Kaggle's form (ID, Label).",
        Type.Union([Type.String({ minLength: 1 }), Type.Null()], { default: null, affectsResult: false }),
      ),
      slice: labelCell(
        'Column, or columns in braces, that name a slice by its id: a SOP instance UID, the name of a file of Kaggle, what a source of pictures calls it.',
      ),
      path: labelCell(
        "Column, or columns in braces, that name a slice by its file's path, with its ending or without.",
      ),
      patient: labelCell('With number: the column of the patient ID.'),
      number: labelCell('With patient: the column of the InstanceNumber, or of the number in a table of pictures.'),
      columns: value('A column a label (a row a slice); null: a row a label.', labelColumns()),
      label: labelCell('Of a row a label: the column that names it (epidural, …, any).'),
      value: labelCell('With label: the column of its value, 0 or 1.'),
      tolerate: value(
        'So many rows of the labels file may be no label (a value that is neither 0 nor 1, an id without a known label): their slices count as unlabelled. One more stops the run.',
        Type.Integer({ default: 0, minimum: 0, maximum: Number.MAX_SAFE_INTEGER, unit: 'rows' }),
      ),
    }),
    limit: value('Studies kept, drawn by hash; null: all of them.', limit),
    minBrainFraction: value(
      'Slices with at most this share of pixels between 0 and 80 HU do not train the backbone (they are predicted and judged like the others); null: all train.',
      Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], { default: null }),
    ),
  }),
  windows: {
    is: 'named',
    description: 'Windows by name: how Hounsfield units become grey values. None where the source gives pictures.',
    of: component('A window; without a type: linear, a level and a width.', 'window', { default: 'component' }),
  },
  channels: {
    is: 'list',
    description:
      "The picture's channels, in order: each the name of a window, or of a picture of a source that gives pictures.",
    minItems: 1,
    of: map(
      'A channel.',
      { window: value("Name of a window, or of one of the source's pictures.", Type.String()) },
      { short: 'window' },
    ),
  },
  augment: {
    is: 'list',
    description: 'Changes of training pictures, in this order.',
    default: [],
    of: component('An augmentation.', 'augmentation'),
  },
  backbone: component('The network that looks at one slice.', 'backbone', { none: true }),
  sequence: component("The network that reads a series' embeddings in anatomical order.", 'sequence', {
    none: true,
    default: 'none',
  }),
  train: map('How the two networks are trained.', {
    backbone: map(
      'Training of the backbone.',
      {
        ...training('the backbone', 7, 'Slices'),
        sampler: component(
          'Which slices of the training side an epoch shows, and in which order. Batches are cut from it.',
          'sampler',
          { default: 'component' },
        ),
        mixup: value(
          'Whether pictures of a batch, and their labels, are mixed in pairs after augmentation: none, or { alpha: 0.2 }. One share a batch. Definition: Keras, MixUp.',
          mixup,
        ),
        seed: value(
          'In the place of seed for the backbone alone: runs whose seed differs then share its training, and differ in their sequence model.',
          Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
          true,
        ),
      },
      BUDGET,
    ),
    sequence: map(
      'Training of the sequence model.',
      {
        ...training('the sequence model', 10, 'Groups (see sequence.group)'),
        embeddings: value(
          "Which backbone the embeddings come from. in-sample: the one trained on the same patients. crossfit (5 folds), or { crossfit: FOLDS }: for each patient one that did not see the patient's labels. { in-sample: FOLDS }: the same backbones, and for each training patient one that did see them.",
          embeddings,
        ),
      },
      BUDGET,
    ),
    endToEnd: map(
      'Training of both networks as one, under the loss of the sequence model, on runs of adjacent slices: a stage of its own, after those of the two (from: two-stage) or in their place (from: scratch). Without this block there is none.',
      {
        from: value(
          'What it starts from. two-stage: the weights of the two trainings before it (train.backbone, train.sequence). scratch: the backbone from its own weights (backbone.weights), else at random, and the sequence model at random; then nothing is trained before it.',
          words(['two-stage', 'scratch'], { default: 'two-stage' }),
        ),
        slices: value(
          'Length of a run: so many adjacent slices with pixels of one series, from a place that is drawn in each epoch. A batch holds slices x batch pictures, and memory grows with that. Validation and prediction read each series whole.',
          Type.Integer({ default: 8, minimum: 2, maximum: 4096, unit: 'slices' }),
        ),
        batchNorm: value(
          'Batch norm of the backbone. frozen: its running averages normalise and stay as they are; trained: statistics of the slices of each batch, and averages that move.',
          words(['frozen', 'trained'], { default: 'frozen' }),
        ),
        sliceLoss: value(
          "Weight of the backbone's own loss on each slice, beside that of the sequence model. 0: nothing trains what the backbone says of a slice by itself, and the run has no predictions of it.",
          Type.Number({ default: 0, minimum: 0, maximum: 1000 }),
        ),
        ...training('both networks', 3, 'Runs', 4),
      },
      { ...BUDGET, optional: true },
    ),
  }),
  calibration: component(
    'What makes probabilities of the scores, fitted on the validation side after training; its own figures are cross-fitted over patients. temperature: scores are divided by a number a label.',
    'calibration',
    { none: true, default: 'none' },
  ),
  evaluation: map('How predictions are judged.', {
    metrics: {
      is: 'list',
      description: 'Figures of the report.',
      default: ['mean-log-loss', 'kaggle-log-loss', 'patient-f1', 'series-f1', 'auc'].map((type) => ({ type })),
      of: component('A metric.', 'metric'),
    },
    patient: map('When a series (and so a patient) counts as positive.', {
      rule: value(
        'consecutive: so many neighbouring slices; count: so many slices anywhere in the series.',
        words(['consecutive', 'count'], { default: 'consecutive' }),
      ),
      slices: value('Slices that it takes.', Type.Integer({ default: 3, minimum: 1, maximum: 1000, unit: 'slices' })),
      millimetres: value(
        'Length of head that it takes, in the place of slices; null: slices. A slice is as long as half the distances to its neighbours; a run reaches it half a spacing before.',
        Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 1000, unit: 'mm' }), Type.Null()], { default: null }),
      ),
      threshold: value(
        'A slice is positive above this probability.',
        Type.Number({ default: 0.5, minimum: 0, maximum: 1 }),
      ),
      truth: value(
        'What is the truth of a series: the same rule on its labels, or any positive slice.',
        Type.Array(words(['same-rule', 'any-slice']), {
          default: ['same-rule', 'any-slice'],
          minItems: 1,
          uniqueItems: true,
        }),
      ),
    }),
    bootstrap: value('Intervals (95 %) of the figures, by drawing patients with replacement; null: none.', bootstrap),
    heatMaps: value(
      'Heat maps (Grad-CAM) of the base network over every slice of the series that the page shows. Pictures have to be allowed there.',
      Type.Boolean({ default: false }),
    ),
  }),
  engine: map('What computes. It changes no key, and the last bits of what the native engine computes.', {
    threads: value(
      'Threads that the native engine computes with; null: all that this machine has. Results are equal to the bit for equal ones only. --threads goes over it.',
      Type.Union([Type.Integer({ minimum: 1, maximum: MOST_THREADS, unit: 'threads' }), Type.Null()], {
        default: null,
      }),
    ),
  }),
  tracking: {
    is: 'list',
    description:
      'Who follows the trainings of this recipe, beside its page. It changes no key and no result. --track adds one.',
    default: [],
    of: component('A tracker.', 'tracker'),
  },
  paper: value('The row of the paper that this recipe is, with the figures printed for it.', paper),
  contrast: value(
    'Recipes beside this one, each with the only paths in which the two may differ. They train as much as each other, or { paths, matched: no, reason } says why not.',
    contrast,
  ),
  notes: value(
    'What has to be known to read the results: how a recipe departs from what it is named after, what its source leaves open. Shown on the page of a run and under tables; it changes nothing.',
    Type.Array(Type.String({ minLength: 1 }), { default: [], uniqueItems: true }),
  ),
  accept: value(
    'Codes of findings that are accepted. leak: it becomes a stamp on the results; no-positives, no-negatives: training goes on without a positive, or a negative, slice to learn from; single-slice-patients: the patients of the data do have one slice each. Both are said at the end.',
    Type.Array(Type.String({ minLength: 1 }), { default: [], uniqueItems: true }),
  ),
  smoke: value('True in a run with --smoke, which sets it.', Type.Boolean({ default: false })),
  profiles: {
    is: 'named',
    description: 'Parts of a recipe by name; --profile NAME puts one over the recipe.',
    of: { is: 'part', description: 'What this profile sets: any part of a recipe.' },
    optional: true,
  },
  sweep: value('Values to try, for ichor sweep: each combination is a recipe of its own.', sweep, true),
  resolved: value('How a resolved recipe came about. ichor writes it.', resolved, true),
});

/** A recipe's part as a profile states it: the language without what says what a file is. */
export const PART: MapShape = map(
  'A part of a recipe.',
  Object.fromEntries(
    Object.entries(LANGUAGE.fields).filter(
      ([key]) => ![...FILE_FIELDS, 'name', 'paper', 'smoke'].some((field) => field === key),
    ),
  ),
);

/** Components inside of a component's block: common fields of its kind that are blocks, or lists of them, themselves. */
const NESTED: Readonly<Partial<Record<Kind, Readonly<Record<string, ComponentShape | ListShape>>>>> = {
  optimizer: { schedule: component(SCHEDULE_OF_THE_RATE, 'schedule', { default: 'component' }) },
  sequence: {
    split: component(SPLIT_OF_ITS_OWN, 'split', { none: true, word: 'same', default: 'none' }),
    backbones: {
      is: 'list',
      description: FURTHER_BACKBONES,
      default: [],
      of: component('A backbone beside the first, trained as it is (train.backbone).', 'backbone'),
    },
  },
};

/** The common fields of a kind that hold components. */
export const nestedIn = (kind: Kind): Readonly<Record<string, ComponentShape | ListShape>> => NESTED[kind] ?? {};

/** The word that may stand in the place of a block; undefined where none may. */
export const wordOf = ({ none, word = 'none' }: ComponentShape): string | undefined => (none ? word : undefined);

/** The shape below `shape` at one key or index, or undefined where the language knows none. */
export function shapeAt(shape: Shape | undefined, part: string | number): Shape | undefined {
  if (shape?.is === 'part') return shapeAt(PART, part);
  if (shape?.is === 'map') return Object.hasOwn(shape.fields, part) ? shape.fields[part] : undefined;
  if (shape?.is === 'named' && typeof part === 'string') return shape.of;
  if (shape?.is === 'list' && typeof part === 'number') return shape.of;
  if (shape?.is === 'component')
    return Object.hasOwn(nestedIn(shape.kind), part) ? nestedIn(shape.kind)[part] : undefined;
  return undefined;
}

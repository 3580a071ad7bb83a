import { PIXEL_MODES } from '../../../kinds/backbone.ts';
import type { Kind } from '../../../kinds/kind.ts';

/** What a field of a contract must be: its test, and how it is said. */
type Form = readonly [(value: unknown) => boolean, string];

const oneOf = (...words: readonly string[]): Form => [(value) => words.includes(value as string), words.join(' or ')];
const list = (...words: readonly string[]): Form => [
  (value) => Array.isArray(value) && value.every((one) => words.includes(one as string)),
  `a list of ${words.join(', ')}`,
];
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const number: Form = [isNumber, 'a number'];
const twoNumbers: Form = [
  (value) => Array.isArray(value) && value.length === 2 && value.every(isNumber),
  'two numbers',
];
const truth: Form = [(value) => typeof value === 'boolean', 'true or false'];
const channels: Form = [(value) => value === 'any' || isNumber(value), 'a number or any'];

/** The fields that the contract of a kind must have. */
const REQUIRED: Readonly<Record<Kind, Readonly<Record<string, Form>>>> = {
  source: { identities: oneOf('public', 'private'), labels: truth, repairIntercept: truth },
  'series-rule': {},
  split: { by: oneOf('patient', 'slice') },
  window: {},
  augmentation: { changes: oneOf('geometry', 'pixels') },
  backbone: {
    channels,
    minimumSize: number,
    pixels: oneOf(...PIXEL_MODES),
    embedding: number,
    weights: [(value) => Array.isArray(value) && value.every((one) => typeof one === 'string'), 'a list of names'],
  },
  sequence: { needs: oneOf('embeddings', 'logits', 'position'), width: number },
  loss: {},
  optimizer: {},
  schedule: {},
  sampler: { draws: oneOf('slices', 'patients'), prevalence: oneOf('kept', 'changed') },
  calibration: { fits: oneOf('each-label', 'together') },
  metric: { needs: list('slices', 'series', 'patients') },
  tracker: {},
  executor: { dependencies: truth, queues: truth, survives: truth },
};

/** Those that it may have, and that rules read. */
const OPTIONAL: Partial<typeof REQUIRED> = {
  source: {
    labelNames: [(value) => Array.isArray(value) && value.every((one) => typeof one === 'string'), 'a list of labels'],
    patients: truth,
    series: truth,
    order: truth,
    gives: oneOf('dicom', 'pictures', 'volume'),
    pictures: [isMap, 'a map of pictures'],
    chooseSeries: oneOf('best', 'all'),
  },
  split: {
    folds: [
      (value) => isMap(value) && [value.fold, value.folds].every(Number.isInteger),
      'an object of two whole numbers, fold and folds',
    ],
  },
  window: {
    hu: twoNumbers,
    shown: twoNumbers,
  },
  augmentation: { beyondWindow: number },
  backbone: {
    weightsFor: [isMap, 'a map'],
    layout: oneOf('channels-last', 'channels-first'),
  },
  sequence: {
    embedding: number,
    steps: [isMap, 'a map'],
    gives: oneOf('features', 'logits'),
    trains: truth,
    context: truth,
  },
  metric: { ranks: truth },
  tracker: { server: [(value) => value === null || typeof value === 'string', 'a text or null'] },
};

/** What keeps a value from being a contract of this kind, as a clause; null where nothing does. */
export function contractProblem(kind: Kind, value: unknown): string | null {
  if (typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function') {
    // Nobody else takes its rejection.
    Promise.resolve(value).catch(() => {});
    return 'it gives a promise, and must give its contract at once.';
  }
  if (!isMap(value)) return `it gives ${said(value)}, and must give an object.`;
  for (const [field, [fits, form]] of Object.entries(REQUIRED[kind])) {
    if (value[field] === undefined) return `it does not give ${field}, which must be ${form}.`;
    if (!fits(value[field])) return `the ${field} that it gives is ${said(value[field])}, and must be ${form}.`;
  }
  for (const [field, [fits, form]] of Object.entries(OPTIONAL[kind] ?? {})) {
    if (value[field] !== undefined && !fits(value[field]))
      return `the ${field} that it gives is ${said(value[field])}, and must be ${form}.`;
  }
  return null;
}

function said(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

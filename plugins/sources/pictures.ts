import { defineSource, labelColumns, labelsGiven, openPictures, type PictureFacts, Type } from '../../src/index.ts';

const column = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Null()], { default: null, description });

const picture = Type.Union(
  [
    Type.String({ minLength: 1 }),
    Type.Object(
      {
        path: Type.String({
          minLength: 1,
          description:
            'The column that holds its path, from the folder; or a path with columns in braces: {patient:3}/brain/{slice}.png (049/brain/14.png).',
        }),
        window: Type.Optional(
          Type.Object(
            {
              level: Type.Number({ unit: 'HU', description: 'Middle of the window that it was made with.' }),
              width: Type.Number({ exclusiveMinimum: 0, unit: 'HU', description: 'Its width.' }),
            },
            {
              additionalProperties: false,
              description:
                'The window that it was made with: DICOM files are then shown to a trained network likewise.',
            },
          ),
        ),
        white: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 65535,
            description:
              'The stored value that is white, where it is not the greatest of its 16 bits: 4095. Files of 8 bits, which hold no such value, keep 255.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'A picture of each slice: its path, or { path, window, white }.' },
);

type Written = string | { path: string; window?: { level: number; width: number }; white?: number };
const pathOf = (written: Written): string => (typeof written === 'string' ? written : written.path);
const factsOf = (written: Written): PictureFacts => {
  if (typeof written === 'string') return {};
  const { window, white } = written;
  return { ...(window === undefined ? {} : { window }), ...(white === undefined ? {} : { white }) };
};

/** Each of a map of pictures, under its name. */
const each = <T>(pictures: Readonly<Record<string, Written>>, of: (written: Written) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(pictures).map(([name, written]) => [name, of(written)]));

export default defineSource({
  name: 'pictures',
  version: 1,
  summary:
    'Grey pictures (PNG, JPEG, TIFF of 8 or 16 bits) that a table, or their paths, tell apart; one or several a slice.',
  params: Type.Object({
    root: Type.String({
      default: '',
      description: 'Folder, or zip, that holds the pictures and their table.',
      affectsResult: false,
    }),
    table: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      default: null,
      description: 'CSV with a header and a row a slice, from that folder; null: the paths say which slices there are.',
    }),
    pictures: Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }), picture, {
      minProperties: 1,
      description: "A slice's pictures by the names that channels use, each with its path.",
    }),
    slice: column(
      "What labels name a slice by: a column, or columns in braces; null: patient and number, or its first picture's path.",
    ),
    patient: column('Column that says whose slice it is; null: nobody knows, and no split by patient can be made.'),
    study: column("Column of the study among the patient's; null: each has one."),
    series: column("Column of the series among the study's; null: each has one."),
    number: column("Column of the slice's number in its series."),
    positionMm: column("Column of the slice's position in mm."),
    runs: Type.Union([Type.Literal('upwards'), Type.Literal('downwards')], {
      default: 'upwards',
      description: 'Whether the slice of the least number, or position, is the lowest of the head.',
    }),
    labels: labelColumns('Columns of the table that hold the labels; null: none, or data.labels has them.'),
    showIds: Type.Boolean({
      default: false,
      description: 'Write ids and paths as they stand in the table, instead of keyed hashes.',
    }),
    showPictures: Type.Boolean({
      default: false,
      description: 'Show slices in the report also where ids are hashed.',
      affectsResult: false,
    }),
  }),
  contract: ({ pictures, patient, number, positionMm, labels, showIds }) => ({
    identities: showIds ? 'public' : 'private',
    gives: 'pictures',
    pictures: each(pictures, factsOf),
    labels: labels !== null,
    ...(labels === null ? {} : { labelNames: labelsGiven(labels) }),
    patients: patient !== null,
    order: number !== null || positionMm !== null,
    repairIntercept: false,
    chooseSeries: 'all',
  }),
  open: ({ pictures, showIds, root: _, showPictures: __, ...options }, root) =>
    openPictures(root, { ...options, paths: each(pictures, pathOf), isPrivate: !showIds }),
});

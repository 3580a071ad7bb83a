import { defineSource, openKaggleFolder, Type } from '../../src/index.ts';

export default defineSource({
  name: 'rsna',
  version: 1,
  summary: 'A folder in the layout of the RSNA Intracranial Hemorrhage Detection data (Kaggle, 2019).',
  params: Type.Object({
    root: Type.Union([Type.String(), Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true })], {
      default: '',
      description:
        'Folder, or zip, that holds stage_2_train, stage_2_test and stage_2_train.csv, or those of stage 1; or a list of such, each with a part of them.',
      affectsResult: false,
    }),
  }),
  contract: () => ({ identities: 'public', labels: true, repairIntercept: true, chooseSeries: 'all' }),
  // Stage 2: 752,803 labelled images of 21,744 series, 121,232 test images, one zip (facts 2.3).
  published: { slices: 874_035, labelled: 752_803, series: 21_744, downloadBytes: 180e9 },
  open: (_, root, roots) => openKaggleFolder(root, roots),
});

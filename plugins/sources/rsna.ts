import { defineSource, openKaggleFolder, Type } from '../../src/index.ts';

export default defineSource({
  name: 'rsna',
  version: 1,
  summary: 'A folder in the layout of the RSNA Intracranial Hemorrhage Detection data (Kaggle, 2019).',
  params: Type.Object({
    root: Type.String({
      default: '',
      description: 'Folder that holds stage_2_train, stage_2_test and stage_2_train.csv, or those of stage 1.',
      affectsResult: false,
    }),
  }),
  contract: () => ({ identities: 'public', labels: true, repairIntercept: true }),
  open: (_, root) => openKaggleFolder(root),
});

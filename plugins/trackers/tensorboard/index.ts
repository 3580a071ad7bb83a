import { defineTracker, Type } from '../../../src/index.ts';

// A name first: of what stands in an `export default` tsc leaves the endings of imports as they are.
const tensorboard = defineTracker({
  name: 'tensorboard',
  version: 1,
  summary: 'Event files for TensorBoard: curves by update, the recipe, and hyperparameters of sweeps.',
  params: Type.Object({
    folder: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      default: null,
      description:
        "Folder for the runs' event files, from the workspace; null: each run's own, below .ichor/runs. tensorboard --logdir takes either.",
    }),
  }),
  argument: 'folder',
  contract: () => ({}),
  async send(records, context, { folder }) {
    // Of protobuf nothing is loaded where no run is followed.
    const { writeRecords } = await import('./write-records.ts');
    return writeRecords(records, context, folder);
  },
});

export default tensorboard;

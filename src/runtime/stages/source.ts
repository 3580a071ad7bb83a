import type { Stage } from '../stage.ts';

/** source: the pictures of a source that generates, such as phantom, in Kaggle's layout. */
export const sourceStage: Stage = {
  name: 'source',
  version: 1,
  engine: false,
  async run(context) {
    const { source, seed } = context.recipe.data;
    const component = context.registry.get('source', source.type);
    if (component?.generate === undefined) throw new TypeError(`source ${source.type} does not generate`);
    await component.generate(source, {
      folder: context.folder,
      seed,
      progress: context.progress,
      signal: context.signal,
    });
    return { stage: 'source', leftOut: [], notes: [] };
  },
};

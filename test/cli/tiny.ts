/** The quickstart on so many heads, of pictures so large: `--set` and its value, for each setting. */
const quickstart = (studies: number, size: number, image: number): readonly string[] =>
  [
    `data.source.studies=${studies}`,
    'data.source.testStudies=1',
    `data.source.size=${size}`,
    `data.image.size=${image}`,
    'train.backbone.epochs=3',
    'train.sequence.epochs=3',
  ].flatMap((setting) => ['--set', setting]);

/** The quickstart, cut down to seconds: every stage and every path, next to no data. */
export const tiny = quickstart(6, 64, 16);

/** Twice as long: for what is killed while it trains, and for what is said of its figures. */
export const small = quickstart(10, 96, 32);

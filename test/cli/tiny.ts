/** The quickstart, cut down to seconds: every stage and every path, next to no data. */
export const tiny: readonly string[] = [
  'data.source.studies=6',
  'data.source.testStudies=1',
  'data.source.size=64',
  'data.image.size=16',
  'train.backbone.epochs=3',
  'train.sequence.epochs=3',
].flatMap((setting) => ['--set', setting]);

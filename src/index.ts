/** The public API: what the author of a component imports. Everything else is private. */
export { Type } from './registry/type.ts';
export * from './registry/define.ts';
export type * from './registry/kinds.ts';
export type * from './registry/layers.ts';
export { IchorError } from './errors.ts';
export { ANY, LABELS, TYPES, type Label, type SliceLabels } from './labels.ts';
export { seedOf, stream, type Random } from './random.ts';
export { consecutiveRule, longestRun, type Run } from './patient-rule.ts';
export { openImageFolder } from './runtime/sources/folder.ts';
export { openKaggleFolder } from './runtime/sources/kaggle.ts';

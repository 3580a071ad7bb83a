/**
 * The public API: what the author of a component imports. Everything else is private.
 * @module ichor
 */

export { IchorError } from './errors.ts';
export { ANY, LABELS, type Label, type SliceLabels, TYPES } from './labels.ts';
export { longestRun, patientRule, type Run, ruleScore } from './patient-rule.ts';
export { patientsOf } from './patients-of.ts';
export { type Random, seedOf, stream } from './random.ts';
export * from './registry/kinds/define.ts';
export type * from './registry/kinds/kinds.ts';
export type * from './registry/kinds/layers.ts';
export type { Migration } from './registry/kinds/migration.ts';
export { Type } from './registry/kinds/type.ts';
export { openImageFolder } from './runtime/sources/folder.ts';
export { openKaggleFolder } from './runtime/sources/kaggle.ts';

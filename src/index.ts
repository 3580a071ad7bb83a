/**
 * The public API: what the author of a component imports. Everything else is private.
 * @module ichor
 */

export { IchorError } from './errors.ts';
export { ANY, LABELS, type Label, type SliceLabels, TYPES } from './labels.ts';
export { longestRun, patientRule, patientTruth, type Run, ruleScore, seriesTruth } from './patient-rule.ts';
export { patientsOf } from './patients-of.ts';
export { type Random, seedOf, stream } from './random.ts';
export {
  type Augmentation,
  type AugmentationCommon,
  defineAugmentation,
  type Matrix,
} from './registry/kinds/augmentation.ts';
export { type Backbone, type BackboneCommon, defineBackbone, type PixelMode } from './registry/kinds/backbone.ts';
export type { Params } from './registry/kinds/base.ts';
export {
  type Calibration,
  type CalibrationInput,
  type CalibrationParameters,
  defineCalibration,
  type FittedCalibration,
} from './registry/kinds/calibration.ts';
export type { Component, ComponentOf } from './registry/kinds/component.ts';
export {
  defineExecutor,
  type Executor,
  type ExecutorAbilities,
  type ExecutorCommon,
  type ExecutorContext,
  type ExecutorEnd,
  type ExecutorJob,
  type ExecutorListed,
  type PreviewContext,
} from './registry/kinds/executor.ts';
export type * from './registry/kinds/kind.ts';
export type * from './registry/kinds/layers.ts';
export { defineLoss, type Loss, type LossCommon } from './registry/kinds/loss.ts';
export {
  defineMetric,
  type Metric,
  type MetricFigure,
  type MetricInput,
  type PatientRule,
  type ScoredSeries,
  type ScoredSlice,
  type Times,
} from './registry/kinds/metric.ts';
export type { Migration } from './registry/kinds/migration.ts';
export { defineOptimizer, type Optimizer, type OptimizerCommon } from './registry/kinds/optimizer.ts';
export type * from './registry/kinds/plugin.ts';
export { definePlugin } from './registry/kinds/plugin.ts';
export {
  defineSampler,
  type SampledEpoch,
  type SampledSlice,
  type Sampler,
  type SamplerPromises,
} from './registry/kinds/sampler.ts';
export { defineSchedule, inUpdates, type Schedule, type ScheduleCommon } from './registry/kinds/schedule.ts';
export { seededNormal } from './registry/kinds/seeded-normal.ts';
export { defineSequence, type Sequence, type SequenceCommon, type WithAuxiliary } from './registry/kinds/sequence.ts';
export {
  defineSeriesRule,
  type SeriesFacts,
  type SeriesRule,
  type SeriesVerdict,
} from './registry/kinds/series-rule.ts';
export {
  type BadLabelRow,
  type BadPictureRecord,
  defineSource,
  type FileTimes,
  type GenerateWork,
  type LabelRow,
  type OpenSource,
  type PictureFacts,
  type PictureRecord,
  type Progress,
  type Source,
  type SourceFile,
  type SourceGives,
  type UnreadFileReason,
} from './registry/kinds/source.ts';
export { defineSplit, type Side, type Split, type SplitFold, type SplitPatient } from './registry/kinds/split.ts';
export {
  defineTracker,
  type TrackBegin,
  type TrackContext,
  type Tracker,
  type TrackerCommon,
  type TrackParent,
  type TrackRecord,
  type TrackValue,
} from './registry/kinds/tracker.ts';
export { Type } from './registry/kinds/type.ts';
export type * from './registry/kinds/weights.ts';
export { defineWindow, type Window } from './registry/kinds/window.ts';
export { type LabelColumn, type LabelColumns, labelColumns, labelsGiven } from './registry/label-columns.ts';
export { askServer, type ServerRequest } from './runtime/download/ask-server.ts';
export { openImageFolder } from './runtime/sources/folder.ts';
export { openKaggleFolder } from './runtime/sources/kaggle.ts';
export { openPictures, type PicturesOptions } from './runtime/sources/pictures.ts';
export { frameRecord } from './runtime/tfrecord/record.ts';
export { placesOf, type SeriesPlaces } from './series-places.ts';
export { type Accuracy, type PredictiveValues, predictiveValues } from './statistics/predictive-values.ts';

import type { Augmentation } from './augmentation.ts';
import type { Backbone } from './backbone.ts';
import type { Calibration } from './calibration.ts';
import type { Executor } from './executor.ts';
import type { Kind } from './kind.ts';
import type { Loss } from './loss.ts';
import type { Metric } from './metric.ts';
import type { Optimizer } from './optimizer.ts';
import type { Sampler } from './sampler.ts';
import type { Schedule } from './schedule.ts';
import type { Sequence } from './sequence.ts';
import type { SeriesRule } from './series-rule.ts';
import type { Source } from './source.ts';
import type { Split } from './split.ts';
import type { Tracker } from './tracker.ts';
import type { Window } from './window.ts';

export type Component =
  | Source
  | SeriesRule
  | Split
  | Window
  | Augmentation
  | Backbone
  | Sequence
  | Loss
  | Optimizer
  | Schedule
  | Sampler
  | Calibration
  | Metric
  | Tracker
  | Executor;

export type ComponentOf<K extends Kind> = Extract<Component, { kind: K }>;

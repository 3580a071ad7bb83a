/** Of a training that `earlyStopping` ended before its length. */
export interface Stopped {
  /** Updates that it was to have. */
  planned: number;
  /** Passes over the data that it had, and was to have. */
  epochs: number;
  plannedEpochs: number;
  /** Passes after which the figure was best, and its name: `loss`, or a metric's. */
  best: number;
  metric: string;
}

/** What a training had: two that have as many updates, and as many labels an update, trained as much. */
export interface Budget {
  /** How often the weights changed. */
  updates: number;
  /** Items of a full step, and what an item is. */
  batch: number;
  unit: 'slices' | 'series' | 'patients';
  /** Items there were to learn from. */
  items: number;
  /** Labelled slices that counted in the loss of an update, on average; null where the history is of an earlier version. */
  labelsPerUpdate: number | null;
  /** How often each item was seen, on average. */
  passes: number | null;
  /** Weights that were trained. */
  parameters: number;
  /** Only where it ended before its length: what it was to have, and when it was best. */
  stopped?: Stopped;
}

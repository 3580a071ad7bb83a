/** What the sequence model reads one by one. */
export type GroupUnit = 'slices' | 'series' | 'patients';

/** What a stage takes, as it is estimated and as the manifest of its artifact keeps it. */
export interface Cost {
  /** On the disk, when finished and on the way there. */
  bytes: number;
  seconds: number;
  /** What an update holds in memory at once, at most, as far as the network says; only of end-to-end trainings. */
  memoryBytes?: number;
  /** True where the time is what this machine was measured to take. */
  measured?: true;
  /** What a network looks at: so many, validation counted in, so many times. */
  work?: {
    items: number;
    unit: GroupUnit;
    /** Passes over the data, with a fraction where a training is stated in updates. */
    epochs: number;
    /** Of a training: how often its weights change in all, as far as the counts say, and items in one step. */
    updates?: number;
    batch?: number;
    /** Whether the recipe states updates, and not epochs. */
    stated?: 'updates';
  };
}

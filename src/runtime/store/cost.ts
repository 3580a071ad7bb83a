/** What the sequence model reads one by one. */
export type GroupUnit = 'slices' | 'series' | 'patients';

/** What a stage takes, as it is estimated and as the manifest of its artifact keeps it. */
export interface Cost {
  /** On the disk, when finished and on the way there. */
  bytes: number;
  seconds: number;
  /** True where the time is what this machine was measured to take. */
  measured?: true;
  /** What a network looks at: so many, so many times. */
  work?: { items: number; unit: GroupUnit; epochs: number };
}

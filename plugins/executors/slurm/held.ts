/**
 * Whether Slurm holds a job for good because its node could not begin it. It says so as `launch failed requeued held` (squeue) and
 * `launch_failed_requeued_held` (scontrol), and leaves it in the queue until a person releases it.
 */
export const neverBegan = (reason: string): boolean => /^launch[ _]failed[ _]requeued[ _]held$/.test(reason);

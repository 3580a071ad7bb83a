/** Below these nothing is decided, though everything runs and is shown: an interval over three seeds is as wide as any. */
export const LEAST = {
  seeds: 5,
  replicates: 5,
  patients: 2,
  /** Of a figure of calls. */
  patientsOfCalls: 20,
} as const;

/** So many claims of a table may be primary: Holm's correction takes its price from each of them. */
export const MOST_PRIMARY = 4;

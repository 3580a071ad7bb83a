/** Jobs that this process has seen wait or run: where one is gone, somebody has deleted it. */
export const seen = new Set<string>();

/** Jobs that this process has given up, and why. */
export const given = new Map<string, string>();

import { availableParallelism } from 'node:os';

/** Threads beside the main one. Changes no result. */
export const defaultWorkers = (): number => Math.max(1, Math.min(8, availableParallelism()));

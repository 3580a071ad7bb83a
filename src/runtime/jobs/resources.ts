import type { ExecutorCommon } from '../../registry/kinds/executor.ts';
import type { JobEstimate } from './graph.ts';
import type { JobState } from './state.ts';

/** Of a job of which nothing ran before. */
const UNKNOWN_BYTES = 4e9;
/** A process with its engine takes so much, whatever it computes. */
const LEAST_BYTES = 1e9;
const LEAST_SECONDS = 30 * 60;
/** Of a job of whose stages not all can be reckoned yet. */
const UNKNOWN_SECONDS = 24 * 3600;

/** What a job is given: what the file says, else what it is expected to take, with room; more where it did not suffice before. */
export function resourcesOf(
  { seconds, peakBytes, complete }: JobEstimate,
  { memoryGb, minutes, memoryFactor, timeFactor }: ExecutorCommon,
  { memoryTimes, timeTimes }: Pick<JobState, 'memoryTimes' | 'timeTimes'>,
): { memoryBytes: number; seconds: number } {
  const expected = peakBytes === null ? UNKNOWN_BYTES : Math.max(LEAST_BYTES, peakBytes * memoryFactor);
  const reckoned = Math.max(complete ? LEAST_SECONDS : UNKNOWN_SECONDS, seconds * timeFactor);
  return {
    memoryBytes: (memoryGb === null ? expected : memoryGb * 1e9) * memoryTimes,
    seconds: Math.ceil((minutes === null ? reckoned : minutes * 60) * timeTimes),
  };
}

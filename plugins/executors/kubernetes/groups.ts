import type { ExecutorJob } from '../../../src/index.ts';

/** All pods of a Job are given the same: what needs less is in a Job of its own, as long as there are no more than so many. */
const MOST_GROUPS = 6;
/** Nobody is given more than so many times what it needs; more only where there are too many groups. */
const FACTORS = [1, 1.25, 1.5, 2, 4, 16, Number.POSITIVE_INFINITY];
/** Completions of a Job with limits by index, https://kubernetes.io/docs/concepts/workloads/controllers/job/; a list of places is part of it. */
const MOST_INDEXES = 10_000;

export interface JobGroup {
  jobs: readonly ExecutorJob[];
  /** What each is given: the most that one of them needs. */
  cpus: number;
  memoryBytes: number;
  seconds: number | null;
}

/** Jobs that need about the same together, so that thousands of points are a few calls. */
export function groupsOf(jobs: readonly ExecutorJob[]): JobGroup[] {
  for (const factor of FACTORS) {
    const groups = grouped(jobs, factor);
    if (groups.length <= MOST_GROUPS || factor === FACTORS.at(-1)) return groups.flatMap(split);
  }
  return [];
}

function grouped(jobs: readonly ExecutorJob[], factor: number): JobGroup[] {
  // Steps from 1 upwards, each `factor` times the one before.
  const step = (n: number) => (factor === 1 ? n : factor === Infinity ? 0 : Math.ceil(Math.log(n) / Math.log(factor)));
  const groups = new Map<string, ExecutorJob[]>();
  for (const job of jobs) {
    const { cpus, memoryBytes, seconds } = job;
    const key = `${cpus} ${step(memoryBytes)} ${seconds === null ? 'none' : step(seconds)}`;
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  return [...groups.values()].map((group) => ({
    jobs: group,
    cpus: Math.max(...group.map(({ cpus }) => cpus)),
    memoryBytes: Math.max(...group.map(({ memoryBytes }) => memoryBytes)),
    seconds: group.some(({ seconds }) => seconds === null)
      ? null
      : Math.max(...group.map(({ seconds }) => seconds ?? 0)),
  }));
}

function split(group: JobGroup): JobGroup[] {
  const parts = Math.ceil(group.jobs.length / MOST_INDEXES);
  return Array.from({ length: parts }, (_, i) => ({
    ...group,
    jobs: group.jobs.slice(i * MOST_INDEXES, (i + 1) * MOST_INDEXES),
  }));
}

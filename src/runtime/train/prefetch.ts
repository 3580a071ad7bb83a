/** Hands out the jobs' results in order, and runs the next job while the caller works on this one's. */
export async function* prefetch<J, R>(
  jobs: readonly J[],
  run: (job: J, place: number) => Promise<R>,
): AsyncGenerator<R> {
  const start = (place: number): Promise<R> | null => {
    if (place >= jobs.length) return null;
    const result = run(jobs[place] as J, place);
    // Nobody awaits it yet: a failure now must not end the process. It is thrown when its turn comes.
    result.catch(() => {});
    return result;
  };
  let next = start(0);
  try {
    for (let place = 1; next !== null; place++) {
      const current: R = await next;
      next = start(place);
      yield current;
    }
  } finally {
    // Where the caller stops early, what it reads from is closed only after the read in flight.
    await next?.catch(() => {});
  }
}

/**
 * Results in the order of their items, with at most `atOnce` of them under way. Where the reader stops early, what is
 * under way is waited for, so that no rejection goes unheard after its pool was closed.
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  atOnce: number,
  make: (item: T) => Promise<R>,
): AsyncGenerator<{ item: T; result: R }> {
  const underWay: { item: T; result: Promise<R> }[] = [];
  try {
    for (const item of items) {
      const result = make(item);
      // A later item may fail before an earlier one is done: it is heard when its turn comes, or at the end.
      result.catch(() => {});
      underWay.push({ item, result });
      if (underWay.length < atOnce) continue;
      const first = underWay.shift() as { item: T; result: Promise<R> };
      yield { item: first.item, result: await first.result };
    }
    while (underWay.length > 0) {
      const first = underWay.shift() as { item: T; result: Promise<R> };
      yield { item: first.item, result: await first.result };
    }
  } finally {
    await Promise.allSettled(underWay.map(({ result }) => result));
  }
}

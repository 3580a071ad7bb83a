/** A function that keeps its last few results, by its arguments: plain data. */
export function remembered<K extends readonly unknown[], V>(most: number, make: (...of: K) => V): (...of: K) => V {
  const known = new Map<string, V>();
  return (...of) => {
    const key = JSON.stringify(of);
    let value = known.get(key);
    if (value === undefined) {
      value = make(...of);
      const oldest = known.keys().next().value;
      if (known.size >= most && oldest !== undefined) known.delete(oldest);
      known.set(key, value);
    }
    return value;
  };
}

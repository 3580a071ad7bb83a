/** Which of a row's runs: `seed 211`, `data 401, seed 0`, `as stated`. */
export function runName({ seed, data }: { seed: number | null; data: number | null }): string {
  const own = seed === null ? 'as stated' : `seed ${seed}`;
  return data === null ? own : `data ${data}, ${own}`;
}

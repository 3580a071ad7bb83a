/** Which of a row's runs: `seed 211`, `data 401, seed 0`, `seed 0, fold 3`, `as stated`. */
export function runName({
  seed,
  data,
  fold = null,
}: {
  seed: number | null;
  data: number | null;
  fold?: number | null;
}): string {
  const own = seed === null ? 'as stated' : `seed ${seed}`;
  return [...(data === null ? [] : [`data ${data}`]), own, ...(fold === null ? [] : [`fold ${fold}`])].join(', ');
}

/** A learning rate below this share of its full size changes next to nothing. */
const NOTHING = 1e-4;
/** What changes by less than this share is taken to stay as it is. */
const SAME = 0.01;

/** How a schedule and a training fail to be of one length. */
export type OtherLength = 'longer' | 'shorter';

/**
 * Whether a schedule is made for another length than the training has. `longer`: nothing of what it does happens before the
 * training ends. `shorter`: for a quarter of the training or more there is next to no learning rate left. Null: neither.
 * @param factor of the schedule, as `defineSchedule` has it.
 * @param updates of the training, without its warm-up.
 */
export function otherLength(factor: (update: number, updates: number) => number, updates: number): OtherLength | null {
  if (updates < 2) return null;
  const of = (update: number) => factor(update, updates);
  const seen = [0, 0.25, 0.5, 0.75, 1].map((share) => of(Math.floor(share * (updates - 1))));
  const full = Math.max(...seen);
  const same = (value: number) => Math.abs(value - full) <= SAME * full;
  if (seen.every(same) && !same(of(1e12))) return 'longer';
  return full > 0 && (seen[3] as number) < NOTHING * full ? 'shorter' : null;
}

/** What is wrong, and what to do. `at`: `train.backbone`; `updates` in words: `about 300`. */
export function otherLengthText(
  length: OtherLength,
  { schedule, updates, at }: { schedule: string; updates: string; at: string },
): { message: string; hint: string } {
  return {
    message:
      length === 'longer'
        ? `The schedule ${schedule} changes the learning rate only after more than the ${updates} updates of this training: it stays as it is to the end.`
        : `The schedule ${schedule} leaves less than a ten-thousandth of the learning rate for the last quarter, or more, of the ${updates} updates of this training: they change next to nothing.`,
    hint: `${length === 'longer' ? 'Shorten' : 'Lengthen'} what ${at}.optimizer.schedule states in updates, or state a share of the training (below 1).`,
  };
}

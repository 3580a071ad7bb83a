/** One epoch in `history.json` of a backbone or sequence artifact. No times: they stand in the manifest. */
export interface EpochRow {
  epoch: number;
  steps: number;
  /** Training loss as optimised, mean over the epoch's items. */
  loss: number;
  /** On the validation side, without dropout and augmentation; null where it is empty. */
  validation: null | { loss: number; 'mean-log-loss': number };
}

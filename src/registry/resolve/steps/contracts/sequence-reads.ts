/** What a sequence model reads of each slice, in words. */
export const READS = {
  embeddings: 'embeddings',
  logits: 'the logits of the backbone',
  position: 'the place in the series',
} as const;

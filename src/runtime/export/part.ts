/** What of a run is exported: all from HU to probabilities, the network that looks at pictures, or the one that reads series. */
export const PARTS = ['whole', 'backbone', 'sequence'] as const;
export type Part = (typeof PARTS)[number];

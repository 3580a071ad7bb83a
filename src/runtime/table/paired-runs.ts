import type { PairedRuns } from './claims.ts';

export const pairedRuns =
  (_root: string): PairedRuns =>
  async () => {
    throw new Error('not yet');
  };

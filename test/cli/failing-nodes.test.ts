import { describe, it } from 'vitest';
import { whyNoSlurm } from '../../scripts/slurm-here.mjs';
import { survivesFailingNodes } from './failing-nodes.ts';

const why = whyNoSlurm();

describe.skipIf(why !== null)(`a Slurm whose nodes fail${why === null ? '' : ` (skipped: ${why})`}`, () => {
  it(
    'finishes each point with the bytes of an undisturbed run: 5 failures',
    () => survivesFailingNodes(5, 3, 5),
    600_000,
  );
});

import { describe, it } from 'vitest';
import { whyNoSlurm } from '../../scripts/slurm-here.mjs';
import { survivesFailingNodes } from './failing-nodes.ts';

const why = whyNoSlurm();

describe.runIf(process.env.ICHOR_SLOW === '1' && why === null)('a Slurm whose nodes fail', () => {
  it(
    'finishes each point with the bytes of an undisturbed run: 50 failures',
    () => survivesFailingNodes(50, 2),
    1_800_000,
  );
});

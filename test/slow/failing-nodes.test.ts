import { describe, it } from 'vitest';
import { whyNoSlurm } from '../../scripts/slurm-here.mjs';
import { survivesFailingNodes } from '../cli/failing-nodes.ts';

const why = whyNoSlurm();

describe.runIf(process.env.ICHOR_SLOW === '1' && why === null)('slow: a Slurm whose nodes fail', () => {
  it(
    'finishes each point with the bytes of an undisturbed run: 50 failures',
    () => survivesFailingNodes(50, 6, 50),
    3_600_000,
  );
});

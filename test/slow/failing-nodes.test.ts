import { describe, it } from 'vitest';
import { whyNoSlurm } from '../../scripts/slurm-here.mjs';
import { survivesFailingNodes } from './failing-nodes.ts';

const why = whyNoSlurm();

describe.runIf(process.env.ICHOR_SLOW === '1' && why === null)('slow: a Slurm whose nodes fail', () => {
  it.each([5, 50])(
    'finishes each point with the bytes of an undisturbed run: %i failures',
    (failures) => survivesFailingNodes(failures, failures),
    3_600_000,
  );
});

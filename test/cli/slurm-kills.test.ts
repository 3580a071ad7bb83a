import { describe, it } from 'vitest';
import { whyNoSlurm } from '../../scripts/slurm-here.mjs';
import { survivesFailingNodes } from './slurm-kills.ts';

const why = whyNoSlurm();

describe.skipIf(why !== null)(`a Slurm whose nodes fail${why === null ? '' : ` (skipped: ${why})`}`, () => {
  it('finishes each point with the bytes of an undisturbed run: 5 failures', () => survivesFailingNodes(5, 1), 240_000);
});

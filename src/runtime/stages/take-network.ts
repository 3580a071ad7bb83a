import { readNetwork, readWeights, writeWeights } from '../artifacts/weights.ts';
import type { LedgerPart } from '../ledger.ts';
import type { StageContext } from '../stage.ts';
import type { Part } from '../train/joint-network.ts';
import { networkFolder } from './end-to-end/network-folder.ts';
import { inputFolder, trainingLedger } from './inputs.ts';

/** Whether this instance of backbone or sequence is what an end-to-end training made of it, and trains nothing itself. */
export const isOfEndToEnd = ({ inputs }: Pick<StageContext, 'inputs'>): boolean => inputs.has('end-to-end');

/** One of the two networks of an end-to-end training as an artifact like any other: whoever reads one knows nothing of it. */
export async function takeNetwork(context: StageContext, part: Part): Promise<LedgerPart> {
  const from = networkFolder(inputFolder(context, 'end-to-end'), part);
  await writeWeights(context.folder, await readWeights(from), await readNetwork(from));
  return trainingLedger(part, []);
}

import type { ComponentValue } from '../../registry/recipe.ts';
import { type Mark, unionOfMarks } from '../artifacts/marks.ts';
import { readSource } from '../artifacts/source.ts';
import { readNetwork } from '../artifacts/weights.ts';
import type { HostTensors } from '../engine/engine.ts';
import type { StageContext } from '../stage.ts';
import { openFor, weightsPath } from '../weights/load.ts';
import { assertUnchanged, type Pretrained } from '../weights/pretrained.ts';
import { targetOf } from '../weights/ready.ts';
import { type Judged, seenBefore, trainedOn } from '../weights/seen-before.ts';
import { inputFolder } from './inputs.ts';

/** The weights that a backbone starts from, found in their file, with what is known of them; null: it starts at random. */
export async function startOf(
  context: StageContext,
  value: ComponentValue,
  id: string,
  { size, channels, ...judged }: { size: number; channels: number } & Pick<Judged, 'index' | 'pixels' | 'sides'>,
) {
  const pretrained = context.weights?.get(id);
  if (pretrained === undefined) return null;
  const path = await weightsPath(pretrained, context);
  const file = await openFor(path, pretrained, targetOf(value, context, { size, channels }));
  try {
    const { place } = pretrained;
    const other = place.is === 'artifact' ? await otherRun(context, place, judged) : null;
    let closed: Promise<void> | null = null;
    const close = () => (closed ??= file.close());
    const load = async (initial: HostTensors) => {
      await assertUnchanged(pretrained);
      const weights = await file.load(initial);
      // What reads HDF5 holds memory, and training takes hours.
      await close();
      return weights;
    };
    const weights = { ...file.facts, ...(other === null ? {} : { run: other.run }) };
    return { weights, marks: other?.marks ?? [], load, close };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What the artifacts of another run say of the network that it trained, and whom it saw of those who are judged here. */
async function otherRun(
  context: StageContext,
  { folder, run: name }: Extract<Pretrained['place'], { is: 'artifact' }>,
  judged: Pick<Judged, 'index' | 'pixels' | 'sides'>,
) {
  const { training } = await readNetwork(folder);
  const facts = await readSource(inputFolder(context, 'index'));
  const seen = seenBefore(await trainedOn(folder), { ...judged, source: context.recipe.data.source.type, facts });
  const leaks: Mark[] = seen.patients > 0 ? ['LEAKY SPLIT'] : [];
  return {
    run: { name, validation: training?.validation ?? null, seen },
    marks: unionOfMarks(training?.marks ?? [], leaks),
  };
}

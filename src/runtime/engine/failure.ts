import { IchorError } from '../../errors.ts';
import { explainSystemError } from '../../files/system-error.ts';
import { layerOf } from './layer-scope.ts';

/** What an engine said, as an error for people: which engine, what it was doing, its own words with op and shapes. */
export function engineFailed(engine: string, doing: string, error: unknown): IchorError {
  const known = explainSystemError(error, `the engine (${engine}), ${doing}`);
  if (known instanceof IchorError) return known;
  const said = error instanceof Error ? error.message : String(error);
  const layer = layerOf(error) ?? nodeLayer(said);
  const where = layer === null ? '' : `, in ${layer}`;
  return new IchorError(
    'engine-failed',
    `The engine (${engine}) failed while ${doing}${where}: ${said}`,
    NO_MEMORY.test(said)
      ? 'It ran out of memory: lower the batch size or the image size.'
      : 'This is a fault of ichor or of a component, not of your data: please report it with this message.',
    1,
    { cause: error },
  );
}

const NO_MEMORY = /out of memory|OOM|allocat|RESOURCE_EXHAUSTED/i;

/** Whether it is what `engineFailed` makes of an engine that found no memory. */
export const isOutOfMemory = (error: unknown): error is IchorError =>
  error instanceof IchorError && error.code === 'engine-failed' && NO_MEMORY.test(error.message);

/** Sessions name the operation that failed, and its name begins with its layer. */
function nodeLayer(said: string): string | null {
  const node = /\{\{node ([^}]+)\}\}/.exec(said)?.[1];
  return node === undefined ? null : node.slice(0, node.lastIndexOf('/')) || null;
}

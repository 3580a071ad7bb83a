import { IchorError } from '../../errors.ts';

/** What an engine said, as an error for people: which engine, what it was doing, its own words with op and shapes. */
export function engineFailed(engine: string, doing: string, error: unknown): IchorError {
  if (error instanceof IchorError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const memory = /out of memory|OOM|allocat|RESOURCE_EXHAUSTED/i.test(said);
  return new IchorError(
    'engine-failed',
    `The engine (${engine}) failed while ${doing}: ${said}`,
    memory
      ? 'It ran out of memory: lower the batch size or the image size.'
      : 'This is a fault of ichor or of a component, not of your data: please report it with this message.',
    1,
    { cause: error },
  );
}

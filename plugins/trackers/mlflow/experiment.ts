import { IchorError } from '../../../src/index.ts';
import { isMap, type Json, Refused, type Server } from './server.ts';

/** The id of the experiment of this name, which is made where there is none. */
export async function experimentOf(server: Server, name: string): Promise<string> {
  const found = await byName(server, name);
  if (found !== null) return found;
  try {
    return idOf(server, await server.post('experiments/create', { name }));
  } catch (error) {
    // Another run made it in between.
    if (error instanceof Refused && error.error === 'RESOURCE_ALREADY_EXISTS') {
      const made = await byName(server, name);
      if (made !== null) return made;
    }
    throw error;
  }
}

async function byName(server: Server, name: string): Promise<string | null> {
  let experiment: unknown;
  try {
    experiment = (await server.get('experiments/get-by-name', { experiment_name: name })).experiment;
  } catch (error) {
    if (error instanceof Refused && error.error === 'RESOURCE_DOES_NOT_EXIST') return null;
    throw error;
  }
  if (!isMap(experiment)) throw server.stranger;
  const id = idOf(server, experiment);
  if (experiment.lifecycle_stage !== 'deleted') return id;
  throw new IchorError(
    'mlflow-deleted',
    `The experiment ${name} was deleted from ${server.address}.`,
    `\`mlflow experiments restore --experiment-id ${id}\` brings it back (MLFLOW_TRACKING_URI=${server.address}); or name another one, \`experiment\` of the tracker.`,
  );
}

/** A text; some servers give it as a number. */
function idOf(server: Server, { experiment_id: id }: Json): string {
  if (typeof id !== 'string' && typeof id !== 'number') throw server.stranger;
  return String(id);
}

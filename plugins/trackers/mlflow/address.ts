import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { IchorError } from '../../../src/index.ts';

/** A server, and who asks it. Never kept, and never shown but for its `address`. */
export interface Where {
  /** Without user, password and the last slash: `http://localhost:5000`. */
  address: string;
  /** The header of that name; null where nobody is named. */
  authorization: string | null;
  /** What stands in no message, whatever the server's answer repeats. */
  secrets: readonly string[];
}

const START = 'Start one: `mlflow server` prints its address, and `--track mlflow=http://localhost:5000` names it.';

/**
 * The server that the recipe names, else MLFLOW_TRACKING_URI, else the one that the run was sent to before; and who asks, as
 * MLflow's own client has it: the address's own user, MLFLOW_TRACKING_USERNAME and _PASSWORD (each may stand in
 * ~/.mlflow/credentials), MLFLOW_TRACKING_TOKEN, in this order.
 * @param uri of the recipe; null: it names none
 * @param kept address without a password
 * @throws IchorError `mlflow-address` where none is named, or one that is no server's
 */
export async function whereIs(
  uri: string | null,
  kept: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Where> {
  const stated = uri ?? (env.MLFLOW_TRACKING_URI?.trim() || kept);
  if (stated === null) throw new IchorError('mlflow-address', 'No MLflow server is named.', START, 2);
  const url = serverOf(stated, uri === null ? 'MLFLOW_TRACKING_URI' : 'The address of the MLflow server');
  const own = [url.username, url.password].map(decodeURIComponent) as [string, string];
  url.username = '';
  url.password = '';
  const address = url.href.replace(/\/+$/, '');
  if (own[0] !== '' || own[1] !== '') return { address, ...basic(...own) };
  const file = await credentialsFile(env);
  const user = env.MLFLOW_TRACKING_USERNAME || file.mlflow_tracking_username;
  const password = env.MLFLOW_TRACKING_PASSWORD || file.mlflow_tracking_password;
  if (user && password) return { address, ...basic(user, password) };
  const token = env.MLFLOW_TRACKING_TOKEN;
  if (token) return { address, authorization: `Bearer ${token}`, secrets: [token] };
  return { address, authorization: null, secrets: [] };
}

function serverOf(stated: string, named: string): URL {
  const url = URL.canParse(stated) ? new URL(stated) : null;
  // The value itself is not shown: it may hold a password.
  if (url === null && /^https?:/i.test(stated))
    throw new IchorError('mlflow-address', `${named} names no host, or one that cannot be.`, START, 2);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new IchorError(
      'mlflow-address',
      `${named} does not begin with http:// or https://. ichor sends to a server of MLflow; folders, databases and Databricks have none that it speaks to.`,
      START,
      2,
    );
  if (url.search !== '' || url.hash !== '')
    throw new IchorError('mlflow-address', `${named} has a ? or # in it.`, 'Write host, port and path alone.', 2);
  return url;
}

function basic(user: string, password: string): Omit<Where, 'address'> {
  const pair = Buffer.from(`${user}:${password}`).toString('base64');
  return { authorization: `Basic ${pair}`, secrets: [password, pair].filter((text) => text !== '') };
}

/** The section `[mlflow]` of what `mlflow login` and people write. */
async function credentialsFile(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(join(env.HOME || homedir(), '.mlflow', 'credentials'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new IchorError(
      'mlflow-address',
      `~/.mlflow/credentials cannot be read: ${(error as NodeJS.ErrnoException).code}.`,
      'Mend its rights, or set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.',
      1,
      { cause: error },
    );
  }
  const found: Record<string, string> = {};
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[(.+?)\]/.exec(line)?.[1] ?? section;
    const [, key, value] = /^\s*([^#;=:\s]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === 'mlflow' && key !== undefined && value !== undefined) found[key.toLowerCase()] = value;
  }
  return found;
}

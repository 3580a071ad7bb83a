import { IchorError } from '../../errors.ts';
import { DownloadFailed } from './failed.ts';
import { ask } from './http.ts';

/** What is asked of a server: see `askServer`. */
export interface ServerRequest {
  /** Default: GET. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Blob;
  signal: AbortSignal;
}

/** What to do about it, where there is more than to look at the server. */
const HINTS: Partial<Record<DownloadFailed['kind'], string>> = {
  certificate:
    'A certificate of your own organisation: name the file of its authority in NODE_EXTRA_CA_CERTS before ichor starts.',
  proxy: 'Look at HTTPS_PROXY and HTTP_PROXY; a server that is reached without one is named in NO_PROXY.',
};

/**
 * One request to a server, for components that talk to one: through the proxy that the environment names, with the address's own
 * user and password as basic authentication. Redirects are not followed. Any answer is one, whatever its status.
 * @param address begins with http:// or https://
 * @param request its `signal` bounds the whole of it, the answer's body included: what it was aborted with is thrown
 * @throws IchorError `server-unreachable`, with the host and never with a password
 */
export async function askServer(address: string, request: ServerRequest): Promise<Response> {
  try {
    return await ask(new URL(address), { headers: {}, ...request }, process.env);
  } catch (error) {
    request.signal.throwIfAborted();
    if (!(error instanceof DownloadFailed)) throw error;
    const hint = HINTS[error.kind] ?? 'Is the server running, and is this its address?';
    throw new IchorError('server-unreachable', sentence(error.message), hint, 1, { cause: error });
  }
}

/** A host stays as it is written. */
const sentence = (clause: string): string => `${clause.replace(/^the /, 'The ')}.`;

import { WayFailed } from './events.ts';
import { withoutPassword } from './pip-config.ts';

/** Silence of a server after which a transfer is given up. */
export const STALL_MS = 30_000;

/**
 * GET with the address's own user and password as basic authentication: fetch takes none in an address. They go to
 * the address's own origin only. The request ends when `alive` is not called for STALL_MS.
 * @throws WayFailed naming host and status, never the password
 */
export async function get(
  address: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  stallMs: number = STALL_MS,
): Promise<{ response: Response; alive: () => void; done: () => void }> {
  const url = new URL(address);
  const sent: Record<string, string> = { ...headers };
  if (url.username !== '' || url.password !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    sent.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  const stalled = new AbortController();
  const timer = setTimeout(
    () => stalled.abort(new WayFailed(`${url.host} sent nothing for ${stallMs / 1000} s`)),
    stallMs,
  );
  const done = () => clearTimeout(timer);
  const signals = signal ? [signal, stalled.signal] : [stalled.signal];
  try {
    const response = await fetch(url, { headers: sent, signal: AbortSignal.any(signals), redirect: 'follow' });
    if (!response.ok) {
      await response.body?.cancel();
      throw new WayFailed(`${withoutPassword(url.href)} answered ${response.status} ${response.statusText}`.trim());
    }
    return { response, alive: () => timer.refresh(), done };
  } catch (error) {
    done();
    signal?.throwIfAborted();
    if (error instanceof WayFailed) throw error;
    throw new WayFailed(`${url.host} cannot be reached`, { cause: error });
  }
}

/** The address with the user and password of `from`, if both have one origin and it has none itself. */
export function withPasswordOf(from: string, address: string): string {
  const url = new URL(address);
  const source = new URL(from);
  if (url.origin === source.origin && url.username === '' && url.password === '') {
    url.username = source.username;
    url.password = source.password;
  }
  return url.href;
}

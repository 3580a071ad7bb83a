import { withoutPassword, withPasswordOf } from './address.ts';
import { causes, DownloadFailed } from './failed.ts';
import { isOffline } from './offline.ts';
import { fetchThrough, proxyFor } from './proxy.ts';

/** Silence of a server after which a transfer is given up. */
export const STALL_MS = 30_000;

/** What browsers follow is 20; a file store needs two or three. */
const MOST_REDIRECTS = 10;

export interface Request {
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  stallMs?: number | undefined;
  env?: NodeJS.ProcessEnv | undefined;
}

export interface Answer {
  response: Response;
  /** Where the answer came from after redirects; may hold a password. */
  url: string;
  /** To be called at each sign of life: the request ends when it is not called for `stallMs`. */
  alive(): void;
  /** To be called at the end. */
  done(): void;
}

/**
 * GET through the proxy that the environment names, with the address's own user and password as basic authentication: fetch
 * takes none in an address. They go to the address's own origin only.
 * @throws DownloadFailed naming host and status, never a password; what `signal` was aborted with
 */
export async function get(address: string, request: Request = {}): Promise<Answer> {
  const { signal, stallMs = STALL_MS, env = process.env } = request;
  if (isOffline(env)) throw new DownloadFailed('offline', 'ICHOR_OFFLINE is set, so that nothing is fetched');
  let url = webAddress(address);
  const stalled = new AbortController();
  const timer = setTimeout(
    () =>
      stalled.abort(new DownloadFailed('stalled', `${url.host} sent nothing for ${stallMs / 1000} s`, { again: true })),
    stallMs,
  );
  const signals = signal ? [signal, stalled.signal] : [stalled.signal];
  try {
    const seen = new Set<string>();
    for (;;) {
      if (seen.has(url.href) || seen.size > MOST_REDIRECTS)
        throw new DownloadFailed('redirects', `${withoutPassword(address)} leads in a circle of redirects`);
      seen.add(url.href);
      const response = await ask(url, { headers: request.headers ?? {}, signal: AbortSignal.any(signals) }, env);
      const target = REDIRECTS.includes(response.status) ? response.headers.get('location') : null;
      if (target === null) {
        if (!response.ok) throw await refused(url, response);
        return { response, url: url.href, alive: () => timer.refresh(), done: () => clearTimeout(timer) };
      }
      await response.body?.cancel();
      timer.refresh();
      if (!URL.canParse(target, url.href))
        throw new DownloadFailed('redirects', `${withoutPassword(url.href)} redirects to what is no address`);
      url = webAddress(withPasswordOf(url.href, new URL(target, url.href).href));
    }
  } catch (error) {
    clearTimeout(timer);
    signal?.throwIfAborted();
    throw error;
  }
}

const REDIRECTS = [301, 302, 303, 307, 308];

function webAddress(address: string): URL {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new DownloadFailed(
      'address',
      `${withoutPassword(address)} is no address that begins with https:// or http://`,
    );
  return new URL(address);
}

/** What is asked of a server: GET where no method is named. */
export interface Asked {
  method?: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Blob;
  signal: AbortSignal;
}

/**
 * One request through the proxy of the environment. Redirects are the caller's: their answers are given as they come.
 * @throws DownloadFailed where there is no answer; what `signal` was aborted with
 */
export async function ask(address: URL, asked: Asked, env: NodeJS.ProcessEnv): Promise<Response> {
  const url = new URL(address);
  const sent: Record<string, string> = { ...asked.headers };
  if (url.username !== '' || url.password !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    sent.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  const proxy = proxyFor(url, env);
  try {
    const through = await fetchThrough(proxy);
    // Redirects are followed by hand: each of them may want another proxy.
    return await through(url, { ...asked, headers: sent, redirect: 'manual' });
  } catch (error) {
    throw explained(error, url, proxy);
  }
}

/** What Node refuses a certificate with. */
const CERTIFICATE = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|CRL_|INVALID_CA|HOSTNAME_MISMATCH)/;
/** A server, or something before it, that speaks no TLS, or none that Node speaks. */
const NO_TLS = /^(ERR_SSL_|ERR_TLS_|EPROTO)/;
/** The connection was there, and is not any more. */
const BROKEN = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_BODY_TIMEOUT'];

/** What went wrong below HTTP, as a reason of ours. */
export function explained(error: unknown, url: URL, proxy: URL | null): unknown {
  if (error instanceof DownloadFailed) return error;
  const found = causes(error);
  const ours = found.find((each) => each instanceof DownloadFailed);
  if (ours !== undefined) return ours;
  const codes = found.map((each) => String((each as NodeJS.ErrnoException).code ?? ''));
  const texts = found.map(({ message }) => message).join(' ');
  const status = proxy && /Proxy response \((\d+)\)|Proxy Authentication Required \((407)\)/.exec(texts);
  if (status) {
    const number = Number(status[1] ?? status[2]);
    const why = number === 407 ? ': it wants a user and a password' : '';
    return new DownloadFailed('proxy', `the proxy ${proxy.host} answered ${number}${why}`, {
      cause: error,
      status: number,
    });
  }
  if (codes.some((code) => CERTIFICATE.test(code)))
    return new DownloadFailed('certificate', `the certificate of ${url.host} is not trusted`, { cause: error });
  if (codes.some((code) => NO_TLS.test(code)))
    return new DownloadFailed('unreachable', `${url.host} does not answer as a server of https does`, { cause: error });
  if (codes.some((code) => BROKEN.includes(code)))
    return new DownloadFailed('broke-off', `the connection to ${url.host} broke off`, { cause: error, again: true });
  const whom = proxy === null ? url.host : `${url.host}, through the proxy ${proxy.host},`;
  return new DownloadFailed('unreachable', `${whom} cannot be reached`, { cause: error });
}

/** Answers that another try may change. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

async function refused(url: URL, response: Response): Promise<DownloadFailed> {
  const { status, statusText, headers } = response;
  await response.body?.cancel();
  return new DownloadFailed('status', `${withoutPassword(url.href)} answered ${status} ${statusText}`.trim(), {
    status,
    again: PASSING.includes(status),
    waitMs: retryAfter(headers.get('retry-after')),
    cause: undefined,
  });
}

/** `Retry-After`, seconds or a date, in milliseconds from now; undefined where there is none that can be read. */
export function retryAfter(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

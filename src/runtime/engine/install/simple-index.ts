import { withoutPassword, withPasswordOf } from '../../download/address.ts';
import { WayFailed } from './events.ts';
import { get } from './http.ts';

/** A file that an index offers. */
export interface Offer {
  /** Absolute; may hold the index's password. */
  url: string;
  /** As the index states it; null where it does not. */
  sha256: string | null;
}

const ACCEPT = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';

/**
 * Looks a file up by its exact name: in a project's page of a simple index (PEP 503 in HTML, PEP 691 in JSON), or in
 * any page of links. Null where the page does not name it.
 */
export async function findOffer(
  page: string,
  file: string,
  signal?: AbortSignal,
  env?: NodeJS.ProcessEnv,
): Promise<Offer | null> {
  const { response, url, done } = await get(page, { accept: ACCEPT }, signal, env);
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new WayFailed(`the page ${withoutPassword(page)} broke off`, { cause: error });
  } finally {
    done();
  }
  // After a redirect, relative addresses count from the new place.
  const base = withPasswordOf(page, url);
  const json = /json/i.test(response.headers.get('content-type') ?? '');
  return json ? offerInJson(text, base, file) : offerInHtml(text, base, file);
}

/** The page of a project below an index, its name normalised as PEP 503 says. */
export function projectPage(index: string, project: string): string {
  const url = new URL(index);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${project.toLowerCase().replace(/[-_.]+/g, '-')}/`;
  return url.href;
}

export function offerInJson(text: string, base: string, file: string): Offer | null {
  let files: unknown;
  try {
    files = (JSON.parse(text) as { files?: unknown } | null)?.files;
  } catch (error) {
    throw new WayFailed(`the page ${withoutPassword(base)} is no JSON although it says so`, { cause: error });
  }
  if (!Array.isArray(files)) throw new WayFailed(`the page ${withoutPassword(base)} lists no files`);
  for (const entry of files as ({ filename?: unknown; url?: unknown; hashes?: { sha256?: unknown } | null } | null)[]) {
    if (entry?.filename !== file || typeof entry.url !== 'string') continue;
    const stated = entry.hashes?.sha256;
    return { url: absolute(entry.url, base), sha256: typeof stated === 'string' ? stated.toLowerCase() : null };
  }
  return null;
}

export function offerInHtml(text: string, base: string, file: string): Offer | null {
  const stated = /<base\s[^>]*href\s*=\s*["']([^"']+)["']/i.exec(text)?.[1];
  const from = stated ? absolute(unescapeHtml(stated), base) : base;
  for (const [, , href] of text.matchAll(/<a\s[^>]*?href\s*=\s*(["'])(.*?)\1/gis)) {
    const url = new URL(absolute(unescapeHtml(href!), from));
    if (decodeURIComponent(url.pathname.split('/').at(-1)!) !== file) continue;
    const sha256 = /(?:^#|&)sha256=([0-9a-f]{64})/i.exec(url.hash)?.[1]?.toLowerCase() ?? null;
    url.hash = '';
    return { url: url.href, sha256 };
  }
  return null;
}

function absolute(address: string, base: string): string {
  return withPasswordOf(base, new URL(address, base).href);
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

import { createHash } from 'node:crypto';
import { type Html, html, trusted } from './html.ts';
import { STYLE } from './style.ts';

/** Nothing is loaded from anywhere, and no script runs but the one that is named: the browser itself holds the page to that. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * A page that stands alone and opens from disk. The same body gives the same bytes.
 * @param script what runs at its end; null: nothing.
 * @param asks its script may ask where the page came from, and nobody else
 */
export function htmlDocument(title: string, body: Html, script: string | null = null, asks = false): string {
  const own = script === null ? '' : `; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  const policy = `${POLICY}${own}${asks ? "; connect-src 'self'" : ''}`;
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
${body}${
  script !== null &&
  html`<script>${trusted(script)}</script>
`
}
</body>
</html>
`.text;
}

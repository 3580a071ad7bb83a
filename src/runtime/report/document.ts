import { type Html, html, trusted } from './html.ts';
import { STYLE } from './style.ts';

/** Nothing is loaded from anywhere and no script runs: the browser itself holds the page to that. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A page that stands alone and opens from disk. The same body gives the same bytes. */
export function htmlDocument(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}

import { basename, join } from 'node:path';
import { IchorError } from '../errors.ts';
import { readdir, readFile } from '../files/fs.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { asCalled } from './called.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { shippedPackage } from './shipped.ts';

/** What `ichor describe` takes in the place of a kind. */
export const CODE = 'code';

/** `ichor describe code CODE`: its page of docs/diagnostics, which ships with ichor, as text for a terminal. */
export async function describeCode(typed: string, { json = false }: { json?: boolean } = {}): Promise<number> {
  const folder = join(shippedPackage(), 'docs', 'diagnostics');
  // As it is copied out of a terminal: `error[source-missing]`.
  const code = /\[([\w-]+)\]/.exec(typed)?.[1] ?? typed;
  const codes = (await readdir(folder)).filter(isPage).map((name) => basename(name, '.md'));
  if (!codes.includes(code)) {
    const close = nearest(code, codes);
    throw new IchorError(
      'unknown-code',
      `No page explains the code \`${code}\`.`,
      close
        ? `Did you mean \`${close}\`?`
        : 'All codes stand in docs/diagnostics/README.md; those of a plugin, in its own pages.',
      2,
    );
  }
  const text = asCalled(terminalText(await readFile(join(folder, `${code}.md`), 'utf8')));
  if (json) return printJson({ code, text });
  process.stdout.write(text);
  return 0;
}

const isPage = (name: string): boolean => name.endsWith('.md') && name !== 'README.md' && name !== 'ledger.md';

/** A page of Markdown as it reads best without a browser: no comment, no fences, links as their texts. */
function terminalText(page: string): string {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of page
    .replace(/^<!--.*-->\n+/, '')
    .replace(/\n+\[All codes\].*\n*$/, '\n')
    .split('\n')) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (fence === null && ticks !== undefined) fence = ticks;
    else if (fence !== null && line === fence) fence = null;
    else if (fence !== null) lines.push(`  ${line}`.trimEnd());
    else lines.push(prose(line));
  }
  return lines.join('\n');
}

function prose(line: string): string {
  const heading = /^#+ (.*)$/.exec(line)?.[1];
  if (heading !== undefined) return paint.bold(heading);
  return line
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replaceAll(/\*\*([^*]+)\*\*/g, (_, text: string) => paint.bold(text));
}

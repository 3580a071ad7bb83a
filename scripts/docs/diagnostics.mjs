/**
 * docs/diagnostics: a page for each code of the catalogue, with its example and what `ichor check` says of it, and an index.
 * `--check` writes nothing and names the pages that are stale.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../script.mjs';
import { runExamples } from './run-examples.mjs';

const FOLDER = join(ROOT, 'docs', 'diagnostics');
const GENERATED = '<!-- Written by scripts/docs/diagnostics.mjs from src/registry/diagnostics/findings/catalogue. -->';
const LANGUAGES = { yaml: 'yaml', ts: 'ts', js: 'js', json: 'json' };

const pages = pagesOf(await runExamples());
const there = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.md')) : [];
const stale = [
  ...[...pages].filter(([name, text]) => textOf(name) !== text).map(([name]) => name),
  ...there.filter((name) => !pages.has(name)),
];
if (process.argv.includes('--check')) {
  for (const name of stale) console.error(`stale: docs/diagnostics/${name}`);
  if (stale.length > 0) console.error('Write them anew with: node scripts/docs/diagnostics.mjs');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of there) if (!pages.has(name)) rmSync(join(FOLDER, name));
  for (const [name, text] of pages) writeFileSync(join(FOLDER, name), text);
  console.log(`docs/diagnostics: ${pages.size} pages, ${stale.length} of them changed`);
}

function textOf(name) {
  const file = join(FOLDER, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** Name -> text. */
function pagesOf(shown) {
  const pages = new Map(shown.map((one) => [`${one.entry.code}.md`, page(one)]));
  pages.set('README.md', index(shown));
  return pages;
}

function page({ entry, command, output }) {
  const { code, severity, title, why, fix, example } = entry;
  return [
    GENERATED,
    `# ${code}`,
    `**${title}.** ${{ error: 'An error', warning: 'A warning', note: 'A note' }[severity]}.`,
    '## What happened, and why it is told',
    why,
    '## What to do',
    fix,
    '## Example',
    ...filesOf(example),
    fenced('console', `$ ${command}\n${output}`),
    '[All codes](README.md)',
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function filesOf({ recipe, files = {}, shown }) {
  if (shown) return [shown];
  const all = { ...(recipe === undefined ? {} : { 'recipe.yaml': recipe }), ...files };
  return Object.entries(all).flatMap(([name, text]) => [
    `\`${name}\``,
    fenced(LANGUAGES[name.replace(/.*\./, '')] ?? '', String(text).trimEnd()),
  ]);
}

/** A fence that is longer than any in the text. */
function fenced(language, text) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function index(shown) {
  const groups = [...new Set(shown.map(({ group }) => group))];
  return [
    GENERATED,
    '# Diagnostic codes',
    'Everything that `ichor check` can say about a recipe. A code never changes its meaning; `--format json` has it under `code`. Each page has an example with the real output.',
    ...groups.flatMap((group) => [
      `## ${group}`,
      [
        '| code | severity | what it says |',
        '| --- | --- | --- |',
        ...shown
          .filter((one) => one.group === group)
          .map(({ entry }) => `| [\`${entry.code}\`](${entry.code}.md) | ${entry.severity} | ${entry.title} |`),
      ].join('\n'),
    ]),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

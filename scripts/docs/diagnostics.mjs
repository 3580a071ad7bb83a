/**
 * docs/diagnostics: a page for each code of the two catalogues (what `ichor check` says, what other commands say), with its
 * example and what the command says of it; a page of the reasons of a ledger; and an index.
 * `--check` writes nothing and names the pages that are stale.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../script.mjs';
import { built } from './built.mjs';
import { runCalled } from './run-called.mjs';
import { runExamples } from './run-examples.mjs';

const { LEFT_OUT_MEANS, NOTE_MEANS } = await built('src/runtime/catalogue/ledger.js');
const { leftOutHint, leftOutWords, noteWords } = await built('src/runtime/notices/words.js');

const FOLDER = join(ROOT, 'docs', 'diagnostics');
const GENERATED =
  '<!-- Written by scripts/docs/diagnostics.mjs from src/registry/diagnostics/findings/catalogue and src/runtime/catalogue. -->';
const LANGUAGES = { csv: 'csv', yaml: 'yaml', ts: 'ts', js: 'js', json: 'json' };

const pages = pagesOf(await runExamples(), await runCalled());
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
function pagesOf(checked, called) {
  const pages = new Map();
  const add = (name, text) => {
    if (pages.has(name)) throw new Error(`Two pages are called ${name}: a code has one meaning`);
    pages.set(name, text);
  };
  for (const { entry, command, output } of checked)
    add(`${entry.code}.md`, page(entry, [...filesOf(entry.example), fenced('console', `$ ${command}\n${output}`)]));
  for (const { entry, files, shown } of called)
    add(
      `${entry.code}.md`,
      page(entry, [...filesOf({ files: readable(files, entry.example) }), fenced('console', shown)]),
    );
  add('ledger.md', ledgerPage(pages));
  add('README.md', index(checked, called));
  return pages;
}

function page({ code, severity, title, why, fix }, example) {
  return [
    GENERATED,
    `# ${code}`,
    `**${title}.** ${{ error: 'An error', warning: 'A warning', note: 'A note' }[severity]}.`,
    '## What happened, and why it is told',
    why,
    '## What to do',
    fix,
    '## Example',
    ...example,
    '[All codes](README.md)',
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** What somebody may want to read of an example's files. */
function readable(files, { slices = [] }) {
  // A recipe is beside the point where the data are what is wrong.
  const beside = slices.length > 0 ? ['recipe.yaml'] : [];
  return Object.fromEntries(
    Object.entries(files).filter(([name, text]) => typeof text === 'string' && text !== '' && !beside.includes(name)),
  );
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

/** Reasons that have a page of their own lead to it. */
function ledgerPage(pages) {
  const name = (reason) => (pages.has(`${reason}.md`) ? `[\`${reason}\`](${reason}.md)` : `\`${reason}\``);
  const cell = (text) => text.replaceAll('|', '\\|');
  return [
    GENERATED,
    '# Reasons in the ledger',
    'Each file and each label row has one fate: used, or left out for one of these reasons. Notes stand on top of that: what was repaired, guessed or is doubtful. `ichor runs ledger` prints all of a run; [what is said](../what-is-said.md) tells how a run sums it up.',
    '## Left out',
    [
      '| reason | in the words of a run | what it means, and what to do |',
      '| --- | --- | --- |',
      ...Object.entries(LEFT_OUT_MEANS).map(([reason, means]) => {
        const hint = leftOutHint(reason);
        return `| ${name(reason)} | ${leftOutWords(reason)} | ${cell(means)}${hint === null ? '' : ` ${cell(hint)}`} |`;
      }),
    ].join('\n'),
    '## Noted',
    [
      '| reason | in the words of a run | what it means, and what comes of it |',
      '| --- | --- | --- |',
      ...Object.entries(NOTE_MEANS).map(
        ([reason, means]) =>
          `| ${name(reason)} | ${cell(noteWords(reason, '…') ?? 'its own message')} | ${cell(means)} |`,
      ),
    ].join('\n'),
    '[All codes](README.md)',
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function index(checked, called) {
  return [
    GENERATED,
    '# Diagnostic codes',
    'Everything that ichor can say about a recipe or a run under a code: `error[CODE]` in a terminal, `code` in `--format json`, in `run.json` and of an `IchorError`. A code has one meaning and never changes it. `ichor describe code CODE` prints its page. Why files and label rows were left out stands in [ledger](ledger.md); what only a plugin says, its author explains.',
    '## What check says',
    'About a recipe, before anything runs; `run`, `plan` and the others say the same. Each page has an example with the real output.',
    ...tables(checked),
    '## What a run says',
    'A run, and every other command. Examples that need no full disk and no hours are real output; the others are quoted, and held against the words of the sources by a test.',
    ...tables(called),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function tables(shown) {
  const groups = [...new Set(shown.map(({ group }) => group))];
  return groups.flatMap((group) => [
    `### ${group}`,
    [
      '| code | severity | what it says |',
      '| --- | --- | --- |',
      ...shown
        .filter((one) => one.group === group)
        .map(({ entry }) => `| [\`${entry.code}\`](${entry.code}.md) | ${entry.severity} | ${entry.title} |`),
    ].join('\n'),
  ]);
}

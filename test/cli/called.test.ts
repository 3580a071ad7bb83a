import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { asCalled, CALL, howCalled, nameStore } from '../../src/cli/called.ts';
import { leavesOf, program } from '../../src/cli/program/program.ts';
import { top } from '../cli.ts';

test('the command is called as a shell finds it, and by npx where only npx does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-called-'));
  try {
    await writeFile(join(folder, process.platform === 'win32' ? 'ichor.cmd' : 'ichor'), '');
    const PATH = ['/nowhere', folder].join(delimiter);
    expect(howCalled({ PATH })).toBe('ichor');
    expect(howCalled({ PATH, npm_command: 'exec' })).toBe('npx ichor');
    expect(howCalled({ PATH: '/nowhere' })).toBe('npx ichor');
    // What npm puts on the path is gone when the prompt is back.
    expect(howCalled({ PATH: join(top, 'node_modules', '.bin') })).toBe('npx ichor');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('calls are rewritten; sentences, names of packages and calls that have npx already are not', () => {
  expect(asCalled('Run `ichor runs list`, or: ichor run r.yaml (ichor --help)')).toBe(
    'Run `npx ichor runs list`, or: npx ichor run r.yaml (npx ichor --help)',
  );
  const same =
    'npx ichor run x; an ichor that reads it; ichor writes it; ichor-plugin-acme; /opt/ichor run; ichor listing';
  expect(asCalled(same)).toBe(same);
});

test('calls name the store where one was given, once, and no command that takes none', () => {
  try {
    nameStore('other store', ['runs', 'runs ledger', 'track sync', 'run']);
    expect(
      asCalled('`ichor track sync t-1` sends the rest (all of it: ichor runs ledger t-1); `ichor run r.yaml`.'),
    ).toBe(
      "`npx ichor track sync --store 'other store' t-1` sends the rest (all of it: npx ichor runs ledger --store 'other store' t-1); `npx ichor run --store 'other store' r.yaml`.",
    );
    const own = 'npx ichor runs ledger x; `ichor run r.yaml --store DIR`; an ichor that runs';
    expect(asCalled(own)).toBe(own.replace('`ichor', '`npx ichor'));
    expect(asCalled('`ichor check r.yaml`')).toBe('`npx ichor check r.yaml`');
  } finally {
    nameStore(undefined, []);
  }
  expect(asCalled('`ichor track sync`')).toBe('`npx ichor track sync`');
});

/** Every text of the sources, the gaps of templates as `…`; comments are none. */
function textsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node))
      texts.push([node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join(''));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

test('every call that a text of the sources names is one of a command that is there, with options that it has', () => {
  const leaves = leavesOf(program());
  const files = readdirSync(join(top, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    // Catalogues show mistakes, and tests hold their pages to what the command says.
    (name) => name.endsWith('.ts') && !name.includes('catalogue'),
  );
  let calls = 0;
  for (const file of files) {
    for (const text of textsOf(join(top, 'src', file))) {
      for (const match of text.matchAll(CALL)) {
        const call = /^[^`;:,)<\n]*/.exec(text.slice(match.index + match[0].length))?.[0] ?? '';
        if (call.startsWith('--help')) continue;
        // `ichor list ` before a name, `ichor figure` for all of its commands.
        const words = call.split(/\s+/).map((word) => word.replace(/[.…]+$/, ''));
        const group = leaves.filter((leaf) => leaf.words.split(' ')[0] === words[0]);
        const leaf = group.find(({ words: own }) => own.split(' ').every((word, i) => words[i] === word));
        expect(leaf !== undefined || (words.length === 1 && group.length > 1), `${file}: ichor ${call}`).toBe(true);
        calls++;
        const options = leaf?.command.options.flatMap(({ long }) => long ?? []) ?? [];
        for (const [flag] of call.matchAll(/--[a-z][a-z0-9-]*/g)) {
          if (leaf !== undefined && flag !== '--help') expect(options, `${file}: ichor ${call}`).toContain(flag);
        }
      }
    }
  }
  expect(calls).toBeGreaterThan(50);
});

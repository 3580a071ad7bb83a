import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { top } from '../cli.ts';

const filesBelow = (folder: string): string[] =>
  readdirSync(join(top, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(top, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'));

/** Pages for people: their links have to lead somewhere in a clone and in the installed package. */
const PAGES = ['README.md', 'recipes/README.md', ...filesBelow('docs').filter((file) => file.endsWith('.md'))];
/** Of those that are written by hand about this repository, paths in the text too (authoring.md is about the reader's own). */
const BY_HAND = [...PAGES.filter((page) => !/^docs\/(api|diagnostics)\/|authoring/.test(page)), 'CONTRIBUTING.md'];
const text = (page: string) => readFileSync(join(top, page), 'utf8');
const withoutCode = (page: string) => text(page).replaceAll(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '');

const anchorsOf = new Map<string, string[]>();

/** Those that stand in the page, and those that GitHub makes of its headings. */
function anchors(page: string): string[] {
  const known = anchorsOf.get(page);
  if (known !== undefined) return known;
  const headings = [...withoutCode(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading as string);
  const written = [...text(page).matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string);
  const found: string[] = [];
  for (const heading of headings) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = found.filter((one) => one === slug || one.replace(/-\d+$/, '') === slug).length;
    found.push(before === 0 ? slug : `${slug}-${before}`);
  }
  anchorsOf.set(page, [...written, ...found]);
  return [...written, ...found];
}

function links(page: string): string[] {
  const found = [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return found.filter((target) => !/^[a-z]+:/.test(target));
}

test('every relative link of README and docs leads to a file and a heading', () => {
  const dead: string[] = [];
  let count = 0;
  for (const page of PAGES) {
    for (const target of links(page)) {
      count += 1;
      const [path, anchor] = target.split('#') as [string, string | undefined];
      const file = path === '' ? page : posix.join(dirname(page), path);
      if (!existsSync(join(top, file))) dead.push(`${page}: ${target}`);
      else if (anchor !== undefined && !anchors(file).includes(anchor))
        dead.push(`${page}: ${target} (no such heading)`);
    }
  }
  expect(dead).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

test('the installed package has what its pages link to', () => {
  const { files } = JSON.parse(text('package.json')) as { files: string[] };
  const shipped = (file: string) => files.some((one) => file === one || file.startsWith(`${one}/`));
  const gone = PAGES.filter(shipped).flatMap((page) =>
    links(page)
      .filter((target) => !target.startsWith('#'))
      .map((target) => posix.join(dirname(page), target.replace(/#.*/, '')))
      .filter((file) => !shipped(file))
      .map((file) => `${page}: ${file}`),
  );
  expect(gone).toEqual([]);
  expect(PAGES.filter(shipped)).toEqual(PAGES);
});

test('what a page names by its path is there', () => {
  const names = new Set(['src', 'plugins', 'scripts', 'test', 'bin'].flatMap(filesBelow).map((file) => basename(file)));
  const missing: string[] = [];
  for (const page of BY_HAND) {
    for (const [, path] of withoutCode(page).matchAll(
      /`((?:src|plugins|scripts|test|bin|recipes|schema|docs|examples)\/[a-z0-9./-]*)`/g,
    )) {
      if (!existsSync(join(top, path as string))) missing.push(`${page}: ${path}`);
    }
  }
  // The map and the tables name files by themselves.
  for (const [name] of text('docs/architecture.md').matchAll(/[\w-]+(?:\.test)?\.m?ts\b/g)) {
    if (!names.has(name)) missing.push(`docs/architecture.md: ${name}`);
  }
  expect(missing).toEqual([]);
});

test('the README stays short, and its recipe is the one that is shipped', () => {
  const readme = text('README.md');
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  const [, block] = /^```yaml\n([\s\S]*?)^```$/m.exec(readme) as RegExpExecArray;
  const shown = parse(block as string) as { name: string };
  expect(parse(text(`recipes/${shown.name}.yaml`))).toMatchObject(shown);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/registry/diagnostics/findings/catalogue/index.ts';
import { RUN_CATALOGUE } from '../../../src/runtime/catalogue/index.ts';
import { LEFT_OUT_MEANS, NOTE_MEANS } from '../../../src/runtime/catalogue/ledger.ts';
import { top } from '../../cli.ts';
import { givenCodes } from './given-codes.ts';

const entries = RUN_CATALOGUE.flatMap((group) => group.entries);
const checked = new Set(CATALOGUE.flatMap((group) => group.entries.map(({ code }) => code)));
const own = new Set(entries.map(({ code }) => code));
const { given, unknown } = givenCodes();
const folder = join(top, 'docs', 'diagnostics');

/** Made by a function whose words do not stand beside the code: held against it by the example that asks it. */
const saidElsewhere = ({ message }: { message: RegExp | null }) => message === null || message.source === '^.*$';

describe('the catalogue of what commands say', () => {
  test('the scan sees codes wherever they stand', () => {
    expect(unknown).toEqual([]);
    const codes = given.map(({ code }) => code);
    // A literal, a class of its own, a constant of another file, a table, a note, a note of a ledger, an argument, a text.
    for (const code of [
      'source-empty',
      'labels-unreadable',
      'no-positives',
      'disk-failing',
      'lock-broken',
      'batch-norm-momentum',
      'network-unmarked',
      'unexpected',
      'system-error',
    ])
      expect(codes).toContain(code);
    expect(new Set(codes).size).toBeGreaterThan(130);
  });

  test('every code that anything gives has a page, and every page is of a code that something gives', () => {
    const codes = new Set(given.map(({ code }) => code));
    expect([...codes].filter((code) => !own.has(code) && !checked.has(code)).sort()).toEqual([]);
    expect([...own].filter((code) => !codes.has(code)).sort()).toEqual([]);
    for (const code of own) expect(existsSync(join(folder, `${code}.md`)), code).toBe(true);
  });

  test('a code stands in one catalogue, once', () => {
    expect([...own].filter((code) => checked.has(code))).toEqual([]);
    expect(own.size).toBe(entries.length);
  });

  test('says of each what happened and what to do in whole sentences', () => {
    for (const { code, title, why, fix } of entries) {
      expect(title, code).toMatch(/^[A-Z`].*[^.]$/);
      for (const text of [why, fix]) expect(text, code).toMatch(/^[A-Z`'].*[.:?)]$/);
      expect(why.length, code).toBeGreaterThan(30);
    }
  });

  test('quotes what the sources say', () => {
    for (const { code, example } of entries) {
      if (!('message' in example)) continue;
      const places = given.filter((one) => one.code === code);
      const fits = places.some(
        (one) =>
          saidElsewhere(one) ||
          (one.message?.test(example.message) &&
            (example.hint === undefined || one.hint === null || one.hint.test(example.hint))),
      );
      expect(fits, `${code}: ${example.message}\n${places.map(({ message }) => message?.source).join('\n')}`).toBe(
        true,
      );
    }
  });

  test('is no part of what a command loads', () => {
    const sources = readdirSync(join(top, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.replaceAll('\\', '/').includes('/catalogue/'),
    );
    for (const file of sources)
      expect(readFileSync(join(top, 'src', file), 'utf8'), file).not.toMatch(/from '.*catalogue/);
  });
});

test('the page of the ledger explains every reason, and the index leads to every page', () => {
  const ledger = readFileSync(join(folder, 'ledger.md'), 'utf8');
  for (const reason of [...Object.keys(LEFT_OUT_MEANS), ...Object.keys(NOTE_MEANS)])
    expect(ledger).toMatch(new RegExp(`^\\| \\[?\`${reason}\``, 'm'));
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const name of readdirSync(folder).filter((one) => one !== 'README.md')) expect(index).toContain(`](${name})`);
});

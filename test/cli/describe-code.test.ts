import { expect, test } from 'vitest';
import { asCalled } from '../../src/cli/called.ts';
import { ichor } from '../cli.ts';

test('describe code prints the page of a code for a terminal, also as it was copied out of one', async () => {
  const { status, out } = await ichor(['describe', 'code', 'source-missing']);
  expect(status).toBe(0);
  expect(out).toMatch(/^source-missing\n\nThe data are not where the recipe says\. An error\.\n/);
  expect(out).toContain('--set data.source.root=DIR');
  expect(out).toContain('  error[source-missing]: The data folder ');
  // No Markdown but quoted words.
  expect(out).not.toMatch(/^```|\*\*|\]\(|<!--|^#|All codes/m);
  expect((await ichor(['describe', 'code', 'error[source-missing]:'])).out).toBe(out);
});

test('its example calls the command as this machine can', async () => {
  const { out } = await ichor(['describe', 'code', 'lock-broken']);
  expect(out).toContain('ichor run recipe.yaml');
  expect(asCalled(out)).toBe(out);
});

test('a code that no page explains is an error that names the nearest', async () => {
  const { status, out, err } = await ichor(['describe', 'code', 'source-mising']);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('error[unknown-code]: No page explains the code `source-mising`.');
  expect(err).toContain('Did you mean `source-missing`?');
  expect((await ichor(['describe', 'code', 'README'])).err).toContain('error[unknown-code]');
});

test('the help says how to look up a code', async () => {
  expect((await ichor(['--help'])).out).toContain('describe code CODE');
});

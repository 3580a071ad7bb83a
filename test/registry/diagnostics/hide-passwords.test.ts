import { describe, expect, it } from 'vitest';
import { formatDiagnostics } from '../../../src/registry/diagnostics/format.ts';
import { hidePasswords } from '../../../src/registry/diagnostics/hide-passwords.ts';

describe('lines of a file, as they are shown', () => {
  it.each([
    ['uri: "http://ada:secret@host:5000/a"', 'uri: "http://**********@host:5000/a"'],
    ['uri: https://token@host', 'uri: https://*****@host'],
    // Whoever forgets to escape the @ of a password.
    ['http://ada:p@ss@host', 'http://********@host'],
    ['[http://a:b@c, http://d:e@f]', '[http://***@c, http://***@f]'],
    ['http://host/a@b', 'http://host/a@b'],
    // A token, as likely as not.
    ['"http://host/a@b?c=d@e#f", x', '"http://host/a@b?*******", x'],
    ['mail: ada@host', 'mail: ada@host'],
  ])('%s', (text, shown) => {
    expect(hidePasswords(text)).toBe(shown);
    expect(shown).toHaveLength(text.length);
  });

  it('stand so around a finding', async () => {
    const finding = {
      code: 'x',
      severity: 'error',
      file: '/r.yaml',
      line: 1,
      column: 1,
      path: 'uri',
      message: 'No.',
    } as const;
    const shown = await formatDiagnostics([finding], {
      cwd: '/',
      sources: new Map([['/r.yaml', 'uri: http://ada:secret@host\n']]),
    });
    expect(shown).toContain('http://**********@host');
  });
});

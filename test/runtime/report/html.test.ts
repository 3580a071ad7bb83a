import { describe, expect, it } from 'vitest';
import { html, trusted } from '../../../src/runtime/report/html.ts';
import { highlight, withoutRoot } from '../../../src/runtime/report/recipe-section.ts';

describe('html', () => {
  it('escapes whatever enters, in text, attributes and lists', () => {
    const bad = `<img src=x onerror="alert('1')">&`;
    const safe = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;';
    expect(html`<p title="${bad}">${[bad, html`<b>${bad}</b>`]}</p>`.text).toBe(
      `<p title="${safe}">${safe}<b>${safe}</b></p>`,
    );
  });

  it('leaves nothing for null, undefined and false, and zero for zero', () => {
    expect(html`${null}${undefined}${false}${0}${trusted('<i></i>')}`.text).toBe('0<i></i>');
  });

  it('replaces characters that a page cannot hold', () => {
    expect(html`${'a\u0000b\u001bc\nd'}`.text).toBe('a\ufffdb\ufffdc\nd');
  });

  it('shows no folder of the source, however the recipe writes it', () => {
    for (const text of [
      'data:\n  source: { type: rsna, root: /home/someone/patients }\n  seed: 0',
      'data:\n  source:\n    type: rsna\n    root: >-\n      /home/someone/patients\n  seed: 0',
      '{ "data": { "source": { "type": "rsna", "root": "/home/someone/patients" }, "seed": 0 } }',
      // A resolved recipe: with and without a point of a sweep.
      'data:\n  source: { type: rsna, root: /home/someone }\n  seed: 0\nresolved: { by: 0.1.0, profile: [smoke] }',
      'data:\n  source: { type: rsna, root: /home/someone }\n  seed: 0\nresolved: { point: { data.source.root: /home/someone } }',
      `data:\n  source: { type: rsna }\n  seed: 0\nresolved: { set: ['data["source"].root=/home/someone'] }`,
      `data:\n  source: { type: rsna }\n  seed: 0\nresolved: { set: ['["data"].source.root=/home/someone', 'data={ source: { root: /home/someone } }'] }`,
      'data:\n  source: { type: rsna }\n  seed: 0\nresolved: { point: { data.source: { type: rsna, root: /home/someone } } }',
    ]) {
      expect(withoutRoot(text)).not.toMatch(/root|someone/);
      expect(withoutRoot(text)).toMatch(/type"?: "?rsna[\s\S]*seed"?: 0/);
    }
  });

  it('leaves the root out of what was set on the command line, too', () => {
    const set = (argument: string) =>
      withoutRoot(`data: { source: { type: x } }\nresolved: { set: ["${argument}", seed=1] }`);
    for (const argument of [
      'data.source.root=/home/someone',
      'data.source={ type: x, root: /someone }',
      'data={source: {root: /someone}}',
    ]) {
      expect(set(argument)).not.toContain('someone');
      expect(set(argument)).toContain('seed=1');
    }
    expect(set('data.source.type=x')).toContain('data.source.type=x');
    const point = 'data: { source: { type: x } }\nresolved: { point: { data.source.root: /someone, seed: 2 } }';
    expect(withoutRoot(point)).toMatch(/point: *\{ *seed: 2 *\}/);
  });

  it('colours a recipe without changing its text', () => {
    const text = 'a: 1\n# <b>\nlist:\n  - { type: x }\n  - k: "<&>"\nplain';
    const plain = highlight(text)
      .map((line) => line.text)
      .join('')
      .replace(/<\/?(b|i|em)>/g, '');
    expect(plain.trimEnd()).toBe(
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    );
  });
});

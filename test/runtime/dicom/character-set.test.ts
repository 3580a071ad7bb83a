import { describe, expect, it } from 'vitest';
import { textDecoder } from '../../../src/runtime/dicom/character-set.ts';
import { parseHeader } from '../../../src/runtime/dicom/parse-header.ts';
import { buildDicom } from './build.ts';

/** Bytes of the names in PS3.5 annexes H to K, and of others in the sets that Europe uses. */
const NAMES: readonly (readonly [set: string, bytes: string | number[], name: string])[] = [
  ['', 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
  ['ISO_IR 6', 'Buc^J', 'Buc^J'],
  ['ISO_IR 100', 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
  ['ISO_IR 101', 'Wa\xb3\xeasa', 'Wałęsa'],
  ['ISO_IR 144', '\xbb\xee\xda\x63\x65\xdc\xd1\xe3\xe0\xd3', 'Люкceмбург'],
  ['ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
  ['ISO_IR 192', [...Buffer.from('Müller1')], 'Müller1'],
  ['ISO_IR 192', [...Buffer.from('王^小東')], '王^小東'],
  ['GB18030', '\xcd\xf5^\xd0\xa1\xb6\xab', '王^小东'],
  ['\\ISO 2022 IR 87', 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', 'Yamada^Tarou=山田^太郎'],
  ['\\ISO 2022 IR 149', 'Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7', 'Hong=洪^吉洞'],
  ['ISO 2022 IR 6\\ISO 2022 IR 100', 'J\xe9r\xf4me', 'Jérôme'],
  // What is no term, or no text of the set that is named, is still told apart.
  ['WINDOWS', 'J\xe9', 'Jé'],
  ['ISO_IR 192', 'J\xe9r', 'Jér'],
];

describe('texts by their Specific Character Set', () => {
  it.each(NAMES)('%j', (set, bytes, name) => {
    expect(textDecoder(set)(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes))).toBe(name);
  });

  it('read the id of a patient', () => {
    const text = (tag: [number, number], vr: string, value: string) => ({ tag, vr, value: Buffer.from(value) });
    const bytes = buildDicom({ more: [text([8, 5], 'CS', 'ISO_IR 192'), text([0x10, 0x20], 'LO', 'Müller1 ')] });
    expect(parseHeader(bytes, true)).toMatchObject({ status: 'read', header: { patient: 'Müller1' } });
  });
});

describe('pixels of more frames than the header speaks of', () => {
  it('are told, of a file of several frames too', () => {
    const words = Array.from({ length: 18 }, (_, i) => i);
    const frames = { tag: [0x28, 8] as [number, number], vr: 'IS', value: Buffer.from('2 ') };
    const read = parseHeader(buildDicom({ words, more: [frames] }), true);
    expect(read).toMatchObject({ status: 'read', header: { doubts: [{ reason: 'surplus-pixels' }] } });
  });
});

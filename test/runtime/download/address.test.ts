import { expect, test } from 'vitest';
import { withoutPassword, withPasswordOf } from '../../../src/runtime/download/address.ts';

test('an address is shown without what only its owner may know', () => {
  expect(withoutPassword('https://me:secret@index.example/simple?token=secret')).toBe('https://index.example/simple');
  expect(withoutPassword('/a/folder')).toBe('/a/folder');
});

test('a password goes on to the same origin only', () => {
  expect(withPasswordOf('https://u:p@a.example/x', 'https://a.example/y')).toBe('https://u:p@a.example/y');
  expect(withPasswordOf('https://u:p@a.example/x', 'https://b.example/y')).toBe('https://b.example/y');
  expect(withPasswordOf('https://u:p@a.example/x', 'http://a.example/y')).toBe('http://a.example/y');
  expect(withPasswordOf('https://u:p@a.example/x', 'https://v:q@a.example/y')).toBe('https://v:q@a.example/y');
});

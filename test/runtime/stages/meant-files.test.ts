import { describe, expect, it } from 'vitest';
import { MeantFiles } from '../../../src/runtime/stages/index/meant-files.ts';

describe('a path of a table that leads nowhere', () => {
  const files = ['img/a_1.png', 'img/M\u00fcller 1.png', 'img/deep/b.png'];
  const meant = new MeantFiles(files);
  it.each([
    ['img/a_1.PNG', 'capitals'],
    ['IMG/a_1.png', 'capitals'],
    ['img/Mu\u0308ller 1.png', 'NFD'],
    ['img/a_1', 'ending'],
    ['img/a_1.jpg', 'ending'],
    ['img/M\u00fcller1.png', 'spaces'],
    ['/data/set/img/a_1.png', 'absolute'],
    ['C:/set/img/a_1.png', 'absolute'],
    ['../set/img/a_1.png', 'leads out of the folder'],
    ['set/img/a_1.png', 'a folder too many'],
    ['a_1.png', 'lacks a folder'],
    ['img/other/b.png', 'in another folder'],
    ['img/c.png', 'with the ending'],
  ])('%s: %s', (path, hint) => {
    expect(meant.hintFor([path])).toContain(hint);
  });
  it('is none where the cells are empty', () => {
    expect(meant.hintFor([])).toContain('empty');
  });
});

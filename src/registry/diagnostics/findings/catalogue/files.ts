import { type Entry, more, SMALL } from './entry.ts';

/** Files that cannot be read, and files that lead to others. */
export const files: readonly Entry[] = [
  {
    code: 'recipe-missing',
    severity: 'error',
    title: 'The recipe file cannot be read',
    why: 'There is no file of this name, it is not a regular file, or it may not be read; of a folder: no recipe lies in it.',
    fix: 'Check the path. It is meant from the working directory; `ichor init` copies a shipped recipe there.',
    example: { files: { 'recipes.yaml': SMALL } },
  },
  {
    code: 'recipe-too-large',
    severity: 'error',
    title: 'The file is too large for a recipe',
    why: 'A recipe is a page of text. A file of more than a million bytes is something else (a table, a file of weights) and is not read.',
    fix: 'Name the recipe itself. Values that fill megabytes do not belong into one.',
    example: {
      files: { 'recipe.yaml': `${SMALL}# ${'x'.repeat(1_000_000)}\n` },
      shown: 'A recipe with a million more characters in a comment.',
    },
  },
  {
    code: 'not-utf8',
    severity: 'error',
    title: 'The file is not UTF-8 text',
    why: 'A recipe is read as UTF-8, with or without a byte order mark. Other encodings would put wrong letters into names and paths.',
    fix: 'Save the file as UTF-8; an editor calls it "encoding". A file that is no text at all is probably not the one that was meant.',
    example: {
      files: { 'recipe.yaml': new Uint8Array([...new TextEncoder().encode(SMALL), 0x23, 0x20, 0xe4, 0x0a]) },
      shown: 'The small recipe with a comment in Latin-1: the byte E4, an ä there, is no UTF-8.',
    },
  },
  {
    code: 'extends-missing',
    severity: 'error',
    title: 'A file that the recipe extends cannot be read',
    why: '`extends` names a file that is not there. Its path is meant from the folder of the file that states it, not from the working directory.',
    fix: 'Correct the path. Folders are separated by `/` on every system, and the ending `.yaml` is part of the name.',
    example: { recipe: more('extends: base/papper.yaml\n'), files: { 'base/paper.yaml': 'recipe: 1\n' } },
  },
  {
    code: 'extends-outside',
    severity: 'error',
    title: 'A file that the recipe extends lies outside of its project',
    why: 'A recipe reads recipes of its own project (the folder with your package.json, or else its own folder) and nothing else: a recipe from somebody else must not show what lies elsewhere on your disk.',
    fix: 'Copy the file into the project and name it by a relative path.',
    example: { recipe: more('extends: ../../etc/base.yaml\n') },
  },
  {
    code: 'extends-cycle',
    severity: 'error',
    title: 'Files extend each other in a circle',
    why: 'A file extends, by way of others, itself: there is no first one to begin with. The message shows the circle.',
    fix: 'Take one `extends` out. What both files need belongs into a third one.',
    example: {
      recipe: 'recipe: 1\nextends: base.yaml\n',
      files: { 'base.yaml': 'extends: recipe.yaml\nbackbone: small-cnn\n' },
    },
  },
];

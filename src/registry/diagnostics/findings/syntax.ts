import { formatPath, type Path } from '../../values/path.ts';
import type { Place, Plain } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type OddCharacter, oddHint } from '../odd-characters.ts';
import { finding } from './finding.ts';

const start = (file: string): Place => ({ file, line: 1, column: 1 });
const nowhere = (file: string): Place => ({ file, line: 0, column: 0 });

export const recipeMissing = (file: string, why: string, hint?: string): Diagnostic =>
  finding('error', 'recipe-missing', nowhere(file), [], `This recipe cannot be read: ${why}.`, hint);

export const noRecipes = (folder: string): Diagnostic =>
  finding(
    'error',
    'recipe-missing',
    nowhere(folder),
    [],
    'There is no recipe in this folder.',
    'A recipe is a file that ends in .yaml; folders inside are not entered.',
  );

export const recipeTooLarge = (file: string, limit: number): Diagnostic =>
  finding(
    'error',
    'recipe-too-large',
    start(file),
    [],
    `A recipe has at most ${limit} bytes, and this file is larger.`,
  );

export const notUtf8 = (file: string): Diagnostic =>
  finding('error', 'not-utf8', start(file), [], 'This file is not UTF-8 text.', 'Save it as UTF-8.');

export const conflictMarker = (place: Place): Diagnostic =>
  finding(
    'error',
    'merge-conflict',
    place,
    [],
    'This line is a conflict marker of git.',
    'Choose one of the two sides and delete the markers.',
  );

/** What went wrong and what to do, by the code of the YAML library; its own words suit its authors. */
const YAML_ERRORS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  TAB_AS_INDENT: ['a tab stands where the indentation is', 'Indent with spaces: YAML takes no tabs there.'],
  BAD_INDENT: ['the indentation is not that of its block', 'Keys of one block start in the same column.'],
  BLOCK_IN_FLOW: [
    'a block stands inside of { } or [ ]',
    'Inside of { } and [ ] entries are separated by commas, not by lines.',
  ],
  BAD_DQ_ESCAPE: [
    'a backslash in double quotes starts an escape, and this one is none',
    "Write paths with /: C:/data/rsna; or in single quotes: 'C:\\data\\rsna'.",
  ],
  MULTILINE_IMPLICIT_KEY: [
    'a key runs over several lines',
    'A colon after the key is missing, or a line is indented too far.',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'a second key stands where a value ends',
    'Put it into a line of its own, in the same column as its neighbours. A text with a colon stands in quotes.',
  ],
  KEY_OVER_1024_CHARS: ['a key is longer than 1024 characters', 'A quote is not closed, or a colon is missing.'],
  BAD_SCALAR_START: ['a text starts with a character that means something in YAML', 'Put the text into quotes.'],
  BAD_ALIAS: ['an alias has no name', 'A text that starts with * or & stands in quotes.'],
};

/** Of one code of the library, what is missing. */
const MISSING: readonly { when: RegExp; text: readonly [message: string, hint: string] }[] = [
  { when: /map values/, text: ['a key has no colon', 'Put a colon and a space behind it: key: value'] },
  { when: /quote/, text: ['a quote is not closed', 'Put the same quote at the end of the text.'] },
  { when: /must end with a \]|expected.*\]/i, text: ['a bracket is not closed', 'Put ] where the list ends.'] },
  { when: /must end with a \}|expected.*\}/i, text: ['a brace is not closed', 'Put } where the block ends.'] },
  { when: /,/, text: ['a comma is missing', 'Inside of { } and [ ] entries are separated by commas.'] },
];

export const yamlSyntax = (place: Place, message: string, code: string): Diagnostic => {
  const missing = code === 'MISSING_CHAR' ? MISSING.find(({ when }) => when.test(message)) : undefined;
  const [text, hint] = missing?.text ??
    YAML_ERRORS[code] ?? [
      message.replace(/[.:]?\s*$/, ''),
      'A bracket or a quote is not closed, or a comma or a colon is missing.',
    ];
  return finding('error', 'yaml-syntax', place, [], `This is no valid YAML: ${text}.`, hint);
};

export const referenceQuotes = (place: Place, reference: string): Diagnostic =>
  finding(
    'error',
    'yaml-syntax',
    place,
    [],
    'Inside of { } and [ ] a reference stands in quotes: there its brace would open a map.',
    `"${reference}"`,
  );

export const yamlVersion = (place: Place, version: string): Diagnostic =>
  finding(
    'error',
    'yaml-syntax',
    place,
    [],
    `A recipe is YAML 1.2, and this file says that it is YAML ${version}.`,
    `Delete the line %YAML ${version}.`,
  );

export const duplicateKey = (place: Place, path: Path, key: string): Diagnostic =>
  finding(
    'error',
    'duplicate-key',
    place,
    path,
    `The key ${key} stands twice in this block.`,
    'Delete one of the two.',
  );

export const forbiddenKey = (place: Place, path: Path, key: string): Diagnostic =>
  finding('error', 'forbidden-key', place, path, `No recipe may have a key named ${key}.`, 'Choose another name.');

export const customTag = (place: Place, path: Path, tag: string): Diagnostic =>
  finding(
    'error',
    'custom-tag',
    place,
    path,
    `The tag ${tag} is not taken: a recipe is plain data.`,
    'Delete the tag.',
  );

export const tooDeep = (place: Place, limit: number): Diagnostic =>
  finding('error', 'too-deep', place, [], `A recipe has at most ${limit} levels, and this one has more.`);

export const tooManyValues = (place: Place, limit: number): Diagnostic =>
  finding(
    'error',
    'too-many-values',
    place,
    [],
    `A recipe has at most ${limit} values, and this one has more once its aliases are written out.`,
  );

export const unknownAnchor = (place: Place, path: Path, name: string): Diagnostic =>
  finding('error', 'yaml-syntax', place, path, `No anchor &${name} stands before *${name}.`);

export const notAMap = (
  place: Place,
  what: string,
  { of = 'A recipe', start = 'recipe: 1' }: { of?: string; start?: string } = {},
): Diagnostic =>
  finding(
    'error',
    'not-a-map',
    place,
    [],
    `${of} is a map of keys to values, and this file is ${what}.`,
    `Start with: ${start}`,
  );

export const severalDocuments = (place: Place): Diagnostic =>
  finding(
    'error',
    'several-documents',
    place,
    [],
    'A recipe file holds one document, and here a second one starts.',
    'Put the second one into a file of its own, or delete the line ---.',
  );

export const setSyntax = (place: Place, message: string, hint: string): Diagnostic =>
  finding('error', 'set-syntax', place, [], message, hint);

/** What stands behind a ` #` would be a comment, and gone. */
export const setComment = (place: Place, value: string): Diagnostic =>
  setSyntax(
    place,
    `In ${value} a # behind a space starts a comment: what follows it would be left out.`,
    'Put the text with the # into quotes of its own: --set "path=[\'a #b\', c]"; or leave the comment out.',
  );

/** A value is shown as `--set` takes it. */
export const setTwice = (place: Place, path: Path, before: Plain, value: Plain): Diagnostic =>
  finding(
    'error',
    'set-twice',
    place,
    path,
    `${formatPath(path)} is set to two values: ${JSON.stringify(before)}, and then ${JSON.stringify(value)}.`,
    'Take one of the two out of the command line.',
  );

export const setIndex = (place: Place, path: Path, message: string): Diagnostic =>
  finding('error', 'set-index', place, path, message, 'Items count from 0; a whole list is set as path=[a, b].');

export const setReserved = (place: Place, path: Path, by: string, hint: string): Diagnostic =>
  finding('error', 'set-reserved', place, path, `${String(path[0])} cannot be set ${by}.`, hint);

export const extendsMissing = (place: Place, path: Path, file: string, why: string, near: string | null): Diagnostic =>
  finding(
    'error',
    'extends-missing',
    place,
    path,
    `The file that this one extends cannot be read: ${file}: ${why}.`,
    near
      ? `Did you mean ${near}?`
      : file.includes('\\')
        ? `Write / between folders: ${file.replaceAll('\\', '/')}`
        : 'The path is read from the folder of the file that states it.',
  );

/** A recipe from elsewhere must not show what lies on this machine. */
export const extendsOutside = (place: Place, path: Path, file: string): Diagnostic =>
  finding(
    'error',
    'extends-outside',
    place,
    path,
    `${file} leads out of this recipe's project, where a recipe reads nothing.`,
    'Copy the file into the project (the folder with package.json, or else that of the recipe), and name it by a relative path.',
  );

export const extendsNoRecipe = (place: Place, path: Path, file: string, near: string | null): Diagnostic =>
  finding(
    'error',
    'extends-missing',
    place,
    path,
    `${file} is no recipe: only files that end in .yaml or .yml are extended.`,
    near ? `Did you mean ${near}?` : 'extends: base/paper.yaml',
  );

export const extendsForm = (place: Place, path: Path): Diagnostic =>
  finding('error', 'wrong-type', place, path, 'extends must be a path or a list of paths.', 'extends: base/paper.yaml');

export const extendsCycle = (place: Place, path: Path, chain: readonly string[]): Diagnostic =>
  finding('error', 'extends-cycle', place, path, `Files extend each other in a circle: ${chain.join(' -> ')}.`);

/** A file of nonsense has a finding in each line: after so many the others are only counted. */
export const moreFindings = (last: Diagnostic, more: number): Diagnostic => ({
  code: 'more-findings',
  severity: 'note',
  file: last.file,
  line: last.line,
  column: last.column,
  path: '',
  message: `There are ${more} more findings, which are not shown.`,
});

/** ` seed` with a no-break space is no `seed`, and no eye sees it. `what`: `This key`, `This value`. */
export const oddCharacter = (place: Place, path: Path, what: string, odd: OddCharacter): Diagnostic =>
  finding(
    'error',
    'odd-character',
    place,
    path,
    `${what} has ${odd.name} as its ${ordinal(odd.at + 1)} character, which ${odd.what === 'nothing' ? 'cannot be seen' : 'is not what it looks like'}.`,
    `${oddHint(odd)} Text that is copied out of web pages and word processors brings such characters along.`,
  );

/** In a line that is no YAML because of it. */
export const oddInSyntax = (place: Place, odd: OddCharacter): Diagnostic =>
  finding(
    'error',
    'odd-character',
    place,
    [],
    `Here stands ${odd.name}, which YAML does not take for what it looks like.`,
    `${oddHint(odd)} Text that is copied out of web pages and word processors brings such characters along.`,
  );

function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
}

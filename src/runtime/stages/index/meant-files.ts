/** Why a path of a table leads to no file. */
interface Cause {
  /** How its file may be named: what of a path is left once people and systems write it differently. */
  plain(path: string): string;
  hint: string;
}

const withoutEnding = (path: string): string => path.replace(/\.[^./]*$/, '');

/** From what systems do by themselves to what people do. */
const CAUSES: readonly Cause[] = [
  {
    plain: (path) => path.normalize('NFC'),
    hint: 'Files are there under the same names but for how accents are put together (NFC in one, NFD in the other, as macOS writes names): write those of the table as the files are named, in NFC or NFD.',
  },
  {
    plain: (path) => path.normalize('NFC').toLowerCase(),
    hint: 'Files are there under the same names but for capitals: write them as they are, the ending too.',
  },
  {
    plain: (path) => withoutEnding(path.normalize('NFC').toLowerCase()),
    hint: 'Files are there under the same names but for the ending, what stands behind the dot: write it as it is.',
  },
  {
    plain: (path) => withoutEnding(path.normalize('NFC').toLowerCase()).replaceAll(/\s+/g, ''),
    hint: 'Files are there under the same names but for spaces: write them as they are.',
  },
];

/** Files that a row may mean and names otherwise: looked for only where a row's files are missing. */
export class MeantFiles {
  readonly #plain = new Map<Cause, ReadonlySet<string>>();
  #byName: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(readonly files: readonly string[]) {}

  /** What may be wrong with the paths, without any of them. */
  hintFor(paths: readonly string[]): string {
    if (paths.length === 0) return 'Its cells of paths are empty.';
    for (const cause of CAUSES) {
      const plain = this.#plain.get(cause) ?? new Set(this.files.map(cause.plain));
      this.#plain.set(cause, plain);
      if (paths.some((path) => plain.has(cause.plain(path)))) return cause.hint;
    }
    if (paths.some((path) => path.startsWith('/') || /^[A-Za-z]:/.test(path)))
      return 'The path is absolute, and paths are meant from the folder of the source (data.source.root): take away what stands before it.';
    if (paths.some((path) => path === '..' || path.startsWith('../')))
      return 'The path leads out of the folder of the source: name a folder above as data.source.root, and write paths (data.source.table too) from there.';
    const others = paths.flatMap((path) => this.#named(path).map((file) => [path, file] as const));
    if (others.some(([path, file]) => path.endsWith(`/${file}`)))
      return 'The path has a folder too many in front: paths start in the folder of the source (data.source.root), whose own name is no part of them.';
    if (others.some(([path, file]) => file.endsWith(`/${path}`)))
      return 'The path lacks a folder in front: paths start at the folder of the source (data.source.root), or say the folder in data.source.pictures: "folder/{column}".';
    if (others.length > 0)
      return 'A file of that name lies in another folder: look at data.source.pictures, and at the row.';
    return 'Paths are meant from the folder of the source, with the ending: look at data.source.pictures and at the first such row.';
  }

  /** Files that are called as the path's last part. */
  #named(path: string): readonly string[] {
    if (this.#byName === null) {
      const found = new Map<string, string[]>();
      for (const file of this.files) {
        const own = found.get(lastOf(file));
        if (own === undefined) found.set(lastOf(file), [file]);
        else own.push(file);
      }
      this.#byName = found;
    }
    return this.#byName.get(lastOf(path)) ?? [];
  }
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

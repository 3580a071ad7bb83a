import type { Outdated } from '../../migrations/outdated.ts';
import { formatPath, type Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { relativeFile } from '../relative-file.ts';
import { finding } from './finding.ts';

/** A key that its component had in an earlier version. `owner`: `the sequence bi-lstm`. */
export function outdatedKey(place: Place, path: Path, owner: string, { migration, now, nested }: Outdated): Diagnostic {
  const key = String(path.at(-1));
  return finding(
    'error',
    'outdated-key',
    place,
    path,
    `Since version ${migration.to} of ${owner} ${now === null ? `there is no ${key}` : nested ? `${key} is said by ${now}: { type: ${nested.type}, ${key}: … }` : `${key} is called ${now}`}.`,
    place.file.startsWith('--')
      ? remedy(path, now, nested !== undefined)
      : `ichor migrate ${relativeFile(place.file, process.cwd())}`,
  );
}

/** What the command line says no command can rewrite. */
const remedy = (path: Path, now: string | null, whole: boolean): string =>
  now === null
    ? `Leave ${formatPath(path)} out.`
    : `Say ${formatPath([...path.slice(0, -1), now])}${whole ? ' with the whole block' : ''}.`;

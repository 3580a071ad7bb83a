import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { pluginFailed, pluginHolds, pluginTimeout } from '../diagnostics/findings/plugins.ts';
import { thrownText } from '../diagnostics/thrown-text.ts';
import { codeHash } from './code-hash.ts';
import { type Failure, guarded } from './guarded.ts';
import { pluginImporter } from './import-module.ts';
import { watched } from './import-watch.ts';
import type { Located } from './locate.ts';
import type { PluginReference } from './plugin-reference.ts';
import { pluginSeconds } from './plugin-seconds.ts';

/** A plugin's module, and the hash of its code where it is local. */
export interface Ran {
  module: unknown;
  code: string | null;
}

type Outcome = Ran | { failure: Failure };

/** Node keeps a module for as long as it runs, so that its hash is kept as well: what ran and what is named never part. */
const outcomes = new Map<string, Promise<Outcome>>();

/** Loads the module of a plugin: runs its code, unless this process has done so already. */
export async function runPlugin(reference: PluginReference, located: Located): Promise<Ran | Diagnostic> {
  const file = realpathSync(located.file);
  const known = outcomes.get(file) ?? run(file, located.local, pluginHolds(reference, pluginSeconds()));
  outcomes.set(file, known);
  const outcome = await known;
  return 'failure' in outcome ? failed(reference, file, outcome.failure) : outcome;
}

/** `holds`: what is wrong where its code never gives the thread back, so that nothing here can tell. */
async function run(file: string, local: boolean, holds: Diagnostic): Promise<Outcome> {
  const importer = await pluginImporter();
  const done = await watched(holds, pluginSeconds(), () => guarded(() => importer(file), pluginSeconds()));
  if ('failure' in done) return done;
  try {
    return { module: done.value, code: local ? await codeHash(file) : null };
  } catch (error) {
    return { failure: { kind: 'threw', error } };
  }
}

function failed(reference: PluginReference, file: string, failure: Failure): Diagnostic {
  switch (failure.kind) {
    case 'timeout':
      return pluginTimeout(reference, pluginSeconds());
    case 'exit':
      return pluginFailed(reference, `it called process.exit(${String(failure.status ?? '')}).`, null);
    case 'polluted':
      return pluginFailed(
        reference,
        `it adds ${failure.names.join(', ')} to what all objects share.`,
        null,
        'Keep it in a module of its own. It was taken away again.',
      );
    case 'threw':
      return pluginFailed(reference, ...thrown(failure.error, file));
  }
}

/** What was thrown in one line, where in the plugin's own code, and what to do about it. */
function thrown(error: unknown, file: string): [string, string | null, string?] {
  if (!(error instanceof Error)) return [`it threw ${thrownText(error)}.`, null];
  const text = thrownText(error).trim();
  const syntax = /^(.+):(\d+):(\d+): ERROR: (.+)$/m.exec(text);
  if (syntax) {
    const [, where = '', line, column, why] = syntax;
    return [`${why}.`, `${shown(where, file)}:${line}:${column}`, 'It cannot be read: mend the syntax.'];
  }
  const missing = /^Cannot find (?:package|module) '([^']+)'(?: imported from '?([^'\n]+)'?)?/.exec(text);
  if (missing) {
    const [, what = '', by] = missing;
    const from = by ? ` imported from ${shown(by, file)}` : '';
    const isPackage = !/^[./]|^file:/.test(what);
    return [
      `it imports ${isPackage ? what : shown(what, file)}, which is not there${from ? `;${from}` : ''}.`,
      null,
      isPackage ? `npm i ${what}` : 'Relative imports name a file, with or without its extension.',
    ];
  }
  const [first = ''] = text.split('\n');
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return [`${name}${first || 'an error without a message.'}`, ownLine(error.stack ?? '', file)];
}

/** `helper.ts:3:7` of the first line of a stack that lies in the plugin's folder or below it, and in no package. */
export function ownLine(stack: string, file: string): string | null {
  const folder = `${dirname(file)}${sep}`;
  for (const [, place = ''] of stack.matchAll(/^\s+at (?:.*\()?(.+?)\)?$/gm)) {
    const [, where = '', line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
    const path = plainPath(where);
    if (path.startsWith(folder) && !path.slice(folder.length).split(sep).includes('node_modules'))
      return `${shown(path, file)}:${line}:${column}`;
  }
  return null;
}

const plainPath = (where: string): string => {
  const bare = where.replace(/[?#].*$/, '');
  return bare.startsWith('file:') ? fileURLToPath(bare) : bare;
};

function shown(where: string, file: string): string {
  const path = plainPath(where.trim());
  return relative(dirname(file), path).split(sep).join('/') || path;
}

import { IchorError } from '../../errors.ts';

const WORD = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export interface ComponentName {
  /** `acme/soft-window` */
  name: string;
  prefix: string;
  /** `soft-window`: of its file. */
  file: string;
  /** `softWindow`: in code. */
  identifier: string;
}

/** A component's name as it was typed; `prefix` stands in where none was. Throws IchorError `name-invalid`. */
export function componentName(typed: string, prefix: string): ComponentName {
  const [own, ...rest] = typed.split('/').reverse();
  const before = rest.length === 0 ? prefix : rest.reverse().join('/');
  if (own === undefined || !WORD.test(own) || !WORD.test(before) || ['ichor', 'none'].includes(before)) {
    throw new IchorError(
      'name-invalid',
      `${JSON.stringify(typed)} cannot be the name of a component.`,
      'A prefix and a name, lower case, words joined by hyphens: acme/soft-window',
      2,
    );
  }
  return { name: `${before}/${own}`, prefix: before, file: own, identifier: camelCase(own) };
}

/** The prefix of a package's components: `acme-ct` for `@acme-ct/ichor-plugin`, `ichor-plugin-acme-ct` and `acme-ct`. */
export function prefixOf(packageName: string): string {
  const [scope, own = ''] = packageName.startsWith('@') ? packageName.slice(1).split('/') : ['', packageName];
  const bare = own.replace(/^ichor-(plugin-)?/, '').replace(/-ichor(-plugin)?$/, '');
  const prefix = /^(ichor|plugin|)$/.test(bare) ? (scope ?? '') : bare;
  const valid = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(packageName) && packageName.length <= 214;
  if (valid && WORD.test(prefix) && !['ichor', 'none', 'plugin'].includes(prefix)) return prefix;
  throw new IchorError(
    'name-invalid',
    `${JSON.stringify(packageName)} cannot be the name of a plugin package.`,
    'Lower case, words joined by hyphens: acme, ichor-plugin-acme or @acme/ichor-plugin',
    2,
  );
}

const camelCase = (name: string): string => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

import { IchorError } from '../../../../errors.ts';
import { expandHome } from '../../../../files/stated-path.ts';
import { pathNotExpanded } from '../../../diagnostics/findings/paths.ts';
import { at } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import { findWorkspace } from '../../workspace.ts';
import { DATA_ROOT } from '../data-root.ts';
import type { Rule } from './facts.ts';

/** A folder of data is no name that only a shell could have read: `$HOME/rsna`. `~/rsna` is filled in when it is opened. */
export const dataRootIsAPath: Rule = ({ recipe, place }) => {
  const root = at(recipe, DATA_ROOT);
  const several = root?.kind === 'list' ? root.items.map((item, i) => [item, [...DATA_ROOT, i]] as const) : null;
  return (several ?? [[root, DATA_ROOT] as const]).flatMap(([one, path]) => {
    if (!isText(one) || one.value.includes('${')) return [];
    try {
      expandHome(one.value, findWorkspace(process.cwd()));
      return [];
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      return [pathNotExpanded(place(...path), [...path], error)];
    }
  });
};

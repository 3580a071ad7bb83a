import { trackerAddress, trackerSecret, trackerTwice } from '../../../diagnostics/findings/trackers.ts';
import { PASSWORD_IN_ADDRESS, QUERY_IN_ADDRESS } from '../../../diagnostics/hide-passwords.ts';
import { LANGUAGE, shapeAt } from '../../../language/language.ts';
import { typeOf } from '../../../language/type-of.ts';
import { at, type Path } from '../../../values/path.ts';
import { isText, type Node } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** What a tracker has kept of a run is found by its name. */
export const trackersDiffer: Rule = ({ recipe, place }) => {
  const tracking = at(recipe, ['tracking']);
  if (tracking?.kind !== 'list') return [];
  const shape = shapeAt(shapeAt(LANGUAGE, 'tracking'), 0);
  const names = tracking.items.map((item) =>
    item.kind === 'map' && shape?.is === 'component' ? typeOf(item, shape) : undefined,
  );
  return names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [trackerTwice(place('tracking', index), ['tracking', index], name, names.indexOf(name))],
  );
};

/** A recipe is kept in run.json, in the store and on the page, and goes where the run is sent. */
export const trackersKeepNoSecret: Rule = ({ recipe }) => {
  const tracking = at(recipe, ['tracking']);
  if (tracking === undefined) return [];
  return textsOf(tracking, ['tracking']).flatMap(({ node, path }) =>
    PASSWORD_IN_ADDRESS.test(node.value) || QUERY_IN_ADDRESS.test(node.value) ? [trackerSecret(node.place, path)] : [],
  );
};

/** What no training is to begin with: an address that no server can have. */
export const trackersHaveServers: Rule = ({ recipe, contract }) => {
  const tracking = at(recipe, ['tracking']);
  if (tracking?.kind !== 'list') return [];
  return tracking.items.flatMap((item, index) => {
    const server = contract('tracker', `tracking[${index}]`)?.server ?? null;
    const why = server === null ? null : addressProblem(server);
    if (why === null) return [];
    const stated = textsOf(item, ['tracking', index]).find(({ node }) => node.value === server);
    return [trackerAddress(stated?.node.place ?? item.place, stated?.path ?? ['tracking', index], why)];
  });
};

/** Why no server can be asked at this address, as a clause without any of it but its scheme; null where one can. */
function addressProblem(stated: string): string | null {
  const url = URL.canParse(stated) ? new URL(stated) : null;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(stated)?.[1]?.toLowerCase();
  if (scheme !== undefined && !/^https?$/.test(scheme)) return `begins with ${scheme}://`;
  if (scheme === undefined) return 'does not begin with http:// or https://';
  return url === null ? 'names no host, or a host or port that cannot be' : null;
}

function textsOf(node: Node, path: Path): { node: Node & { value: string }; path: Path }[] {
  if (isText(node)) return [{ node, path }];
  if (node.kind === 'scalar') return [];
  const children = node.kind === 'list' ? node.items.entries() : node.entries.entries();
  return [...children].flatMap(([key, child]) => textsOf(child, [...path, key]));
}

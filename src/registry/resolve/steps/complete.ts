import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { pathUnknown } from '../../diagnostics/findings/sweeps.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import { knownLength, knownPaths } from '../../language/known-paths.ts';
import type { Registry } from '../../registry.ts';
import { at, formatPath } from '../../values/path.ts';
import type { Node, Place } from '../../values/value.ts';
import { checkContracts } from './contracts.ts';
import { fillDefaults } from './defaults.ts';
import { type Assignment, assignAll, override, SET_FILE } from './override.ts';
import { followReferences, unfollowed } from './references.ts';
import type { SweepPoint } from './sweep.ts';
import { addTrackers } from './track.ts';
import { validate } from './validate.ts';

export interface CompleteOptions {
  registry: Registry;
  cwd: string;
  set: readonly string[];
  /** `NAME` or `NAME=VALUE` of each `--track`, in order. */
  track?: readonly string[];
  /** Values that a row of a table sets. */
  over?: readonly Assignment[];
  point: SweepPoint | null;
  /** What a recipe without a name is called. */
  name: string;
  training: boolean;
  /** The components of a plugin are not known: it could not be loaded, or none of its code was to run. */
  unseen: boolean;
}

/** Steps 5 to 10: sweep point, overrides, defaults, references, validation, contracts. A broken tree comes out too. */
export function complete(profiled: Node, options: CompleteOptions, findings: Diagnostic[]): { tree: Node } {
  const { registry, cwd, set, track = [], over = [], point, name, training, unseen } = options;
  const stated = [...over, ...(point?.assignments ?? [])];
  const swept = assignAll(profiled, stated, findings);
  const overridden = override(swept, set, cwd);
  findings.push(...overridden.findings);
  const tracked = addTrackers(overridden.node, track, registry, findings);
  const named = point ? `${name}.${point.name}` : name;
  const filled = fillDefaults(tracked, registry, named);
  const { node, findings: references } = followReferences(filled);
  findings.push(...references);
  // A block that was copied has the defaults of the place that it was copied from.
  const tree = node === filled ? filled : fillDefaults(node, registry, named);
  const unknown = unknownPaths(tree, profiled, registry, [...stated, ...overridden.assignments]);
  findings.push(...unknown);
  const told = new Set(unknown.map(({ file, line }) => `${file}:${line}`));
  const broken = new Set(unfollowed(tree).map(placeText));
  const invalid = validate(tree, registry, { unseen });
  const shown = invalid.filter(
    (one) =>
      // The path of the assignment says it already, and with the whole path in view.
      !(
        (one.code === 'unknown-key' || one.code === 'missing-key') &&
        told.has(`${one.file}:${one.line}`) &&
        (one.file === SET_FILE || stated.length > 0)
      ) && !broken.has(placeText(one)),
  );
  // Where a reference leads nowhere no value stands: the block is not judged further.
  const wrong = [...references, ...invalid];
  findings.push(...shown, ...checkContracts(tree, registry, { invalid: wrong, training }));
  return { tree };
}

const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** A path of `--set` or of a sweep that the recipe with its final types does not have. `before`: without them. */
function unknownPaths(tree: Node, before: Node, registry: Registry, assignments: readonly Assignment[]): Diagnostic[] {
  return assignments.flatMap(({ parts }) => {
    const path = parts.map(({ part }) => part);
    // A part of a window that no file states, with a name like one that stands there, is a slip.
    const slip = path[0] === 'windows' && path.length > 2 && isSlip(String(path[1]), at(before, ['windows']));
    const length = slip ? 1 : knownLength(tree, registry, path);
    const place = parts[Math.min(length, parts.length - 1)]?.place;
    if (length === path.length || !place) return [];
    const unknown = formatPath(path.slice(0, length + 1));
    const known = knownPaths(tree, registry).filter((one) => !(slip && one.startsWith(`${unknown}.`)));
    return [pathUnknown(place, path, formatPath(path), unknown, known)];
  });
}

const isSlip = (name: string, windows: Node | undefined): boolean =>
  windows?.kind === 'map' && !windows.entries.has(name) && nearest(name, windows.entries.keys()) !== null;

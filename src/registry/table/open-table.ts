import { relative } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Registry } from '../registry.ts';
import type { ReadRecipe } from '../resolve/read-recipe.ts';
import { at, type Path } from '../values/path.ts';
import type { Node, Place } from '../values/value.ts';
import { FULL } from './language.ts';
import type { LoadedTable } from './load.ts';

export interface ResolveTableOptions {
  registry: Registry;
  profile?: readonly string[];
  /** Merge the built-in profile `smoke`, after the others. */
  smoke?: boolean;
  set?: readonly string[];
  /** As of a recipe: trackers of every row. */
  track?: readonly string[];
  cwd?: string;
  pluginCode?: boolean;
  read?: ReadRecipe;
}

/** A table file while it is resolved: what each step reads of it, and what the steps have found so far. */
export class OpenTable {
  readonly findings: Diagnostic[];
  readonly sources: Map<string, string>;
  /** Profiles that were chosen. */
  readonly names: readonly string[];
  /** What the command line puts over every row. */
  readonly set: readonly string[];

  constructor(
    readonly loaded: LoadedTable,
    readonly cwd: string,
    readonly options: ResolveTableOptions,
  ) {
    this.findings = [...loaded.findings];
    this.sources = loaded.sources;
    this.names = options.profile ?? [];
    this.set = options.set ?? [];
  }

  fail(finding: Diagnostic): null {
    this.findings.push(finding);
    return null;
  }

  node(path: Path): Node | undefined {
    return at(this.loaded.tree ?? undefined, path);
  }

  /** Where a value stands; of one that is not there, what lies around it. */
  place(path: Path): Place {
    for (let length = path.length; length > 0; length--) {
      const node = this.node(path.slice(0, length));
      if (node) return node.place;
    }
    return { file: this.loaded.file, line: 1, column: 1 };
  }

  /** `tables/table-2.yaml:15` */
  shown({ file, line }: Place): string {
    return `${(relative(this.cwd, file) || file).replaceAll('\\', '/')}:${line}`;
  }

  /** Whether what names these profiles is part of the table under the chosen ones. */
  isActive(profiles: readonly string[] | undefined): boolean {
    if (profiles === undefined) return true;
    return this.names.length === 0 ? profiles.includes(FULL) : this.names.some((name) => profiles.includes(name));
  }
}

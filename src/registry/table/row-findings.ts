import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { rowProfile, unknownTableProfile } from '../diagnostics/findings/tables.ts';
import { PROFILE_FILE, SMOKE } from '../resolve/steps/profile.ts';
import type { Place } from '../values/value.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';

/** What the recipes of the rows found, told as findings of a table: what many rows have in common is told once. */
export class RowFindings {
  /** Findings about the command line that rows have in common. */
  private readonly refused = new Map<string, { rows: readonly string[]; finding: Diagnostic }>();
  /** How many rows have no profile of a name. */
  private readonly unknown = new Map<string, number>();

  constructor(private readonly table: OpenTable) {}

  /** Of one row. That its recipe has no profile of this name is told of the row, and not of the command line. */
  add(diagnostics: readonly Diagnostic[], { path, place, name }: NamedRow): void {
    for (const one of diagnostics) {
      if (one.file === '--set' && one.severity === 'error') this.refuseSet(one, name);
      else if (one.code !== 'unknown-profile') this.table.fail(one);
      else {
        const profile = this.table.names[one.line - 1] ?? '';
        this.table.fail(rowProfile(place, path, name, profile, one.hint ?? ''));
        this.unknown.set(profile, (this.unknown.get(profile) ?? 0) + 1);
      }
    }
  }

  /** What the command line puts over all rows, and some cannot take, is told once, with their names. */
  private refuseSet(one: Diagnostic, row: string): void {
    const key = JSON.stringify([one.line, one.message]);
    const rows = [...(this.refused.get(key)?.rows ?? []), row];
    const hint = [
      one.hint,
      `--set is put over every row, and ${rows.join(', ')} cannot take this: write it in the set of the rows that can.`,
    ]
      .filter(Boolean)
      .join(' ');
    const finding = { ...one, hint };
    const before = this.refused.get(key)?.finding;
    if (before === undefined) this.table.findings.push(finding);
    else this.table.findings.splice(this.table.findings.indexOf(before), 1, finding);
    this.refused.set(key, { rows, finding });
  }

  /** After all rows: a profile that nobody has is a slip on the command line, told once. */
  joinProfiles(active: readonly NamedRow[]): void {
    const { findings, loaded, names } = this.table;
    const running = active.filter(({ stated }) => stated.of === undefined).length;
    for (const [index, name] of names.entries()) {
      if (name === SMOKE || loaded.profiles.includes(name) || this.unknown.get(name) !== running) continue;
      const own = findings.filter((one) => one.code === 'table-row-profile' && one.message.endsWith(` ${name}.`));
      for (const one of own) findings.splice(findings.indexOf(one), 1);
      const place: Place = { file: PROFILE_FILE, line: index + 1, column: 1 };
      findings.push(unknownTableProfile(place, name, [...loaded.profiles, SMOKE]));
    }
  }
}

export interface DealtPatient {
  patient: string;
  /** Patients of one group stay together. */
  group: string;
  /** Has haemorrhage on any slice. */
  any: boolean;
  /** Orders the patients at random. */
  place: string;
}

interface Group {
  patients: DealtPatient[];
  with: number;
  without: number;
}

/**
 * How many of `count` go to patients with and without haemorrhage: in proportion, the odd one to the largest
 * remainder, a tie to those with.
 */
export function quotas(withAny: number, withoutAny: number, count: number): { with: number; without: number } {
  const exact = (count * withAny) / (withAny + withoutAny);
  const whole = Math.floor(exact);
  // The two remainders sum to one, so the larger is at least a half.
  const up = exact - whole > 0 && exact - whole >= 0.5;
  const given = up ? whole + 1 : whole;
  return { with: given, without: count - given };
}

/**
 * Draws `count` patients for validation, in the order of their places. A group goes where it fits whole; where groups
 * leave seats empty, whole groups fill them whatever they have, and never all patients. Null where nothing can be drawn.
 */
export function dealGroups(patients: readonly DealtPatient[], count: number): Set<string> | null {
  const ordered = [...patients].sort((a, b) => (a.place < b.place ? -1 : 1));
  const groups = new Map<string, Group>();
  for (const patient of ordered) {
    const group = groups.get(patient.group) ?? { patients: [], with: 0, without: 0 };
    groups.set(patient.group, group);
    group.patients.push(patient);
    group[patient.any ? 'with' : 'without']++;
  }
  const withAny = ordered.filter(({ any }) => any).length;
  const left = quotas(withAny, ordered.length - withAny, count);
  const drawn = new Set<Group>();
  const draw = (group: Group) => {
    drawn.add(group);
    left.with -= group.with;
    left.without -= group.without;
  };
  for (const group of groups.values()) if (group.with <= left.with && group.without <= left.without) draw(group);
  for (const group of groups.values())
    if (!drawn.has(group) && group.patients.length <= left.with + left.without) draw(group);
  if (drawn.size === 0) {
    const [smallest] = [...groups.values()].sort((a, b) => a.patients.length - b.patients.length);
    if (smallest === undefined || smallest.patients.length === ordered.length) return null;
    drawn.add(smallest);
  }
  return new Set([...drawn].flatMap(({ patients: of }) => of.map(({ patient }) => patient)));
}

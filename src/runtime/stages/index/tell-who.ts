import { areTwoPeople } from '../../dicom/claims.ts';
import type { LedgerNote } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import { isOneHead } from './one-head.ts';
import { noteOtherIds } from './other-ids.ts';
import { isPlaceholder, plainNumber, readId } from './placeholder.ts';
import type { ToldApart } from './tell-apart.ts';
import { Union } from './union.ts';

/** From so many studies on, more than half of all, one id may be nobody's. */
const MANY_STUDIES = 5;
/** So many people of one id are held against each other. */
const MOST_COMPARED = 200;
/** How many ids a message lists. */
const MOST_SHOWN = 5;

/** Series UIDs that stand for several heads get names that say of which study, and of which patient, each is. */
const NAMED = ' of ';

/**
 * Whose slices they are: study, series, patient and group of each, from its UIDs together.
 *
 * - A missing study or series UID is filled in from the other, and from the slices that have both.
 * - The same series UID in two studies is two series, unless the slices lie as those of one head do. Slices of one series
 *   that name several patients are one head too where they lie so, or where nothing tells.
 * - A patient id that names nobody counts by study. Ids that differ only in case, spaces or `^`, numbers that differ only in
 *   zeros in front (a spreadsheet takes them away) or `.0` behind, and ids that share a
 *   study or a series, are one group: what splits, folds and figures take for a person. Ids themselves stay as they are.
 */
export function tellWho({ slices, copies }: ToldApart, identities: Identities, ledger: LedgerLines): void {
  const candidates = [...slices.values()];
  const all = [...candidates, ...copies.map(({ copy }) => copy)];
  fillUids(all, identities, ledger);
  const ids = new PatientIds(all);
  const persons = joinPersons(all, copies, ids);
  for (const one of all) one.group = persons.nameOf(one);
  noteIds(candidates, ids, identities, ledger);
  noteJoined(candidates, identities, ledger);
  notePersons(candidates, identities, ledger);
  noteIssuers(candidates, ids, identities, ledger);
  noteOtherIds(candidates, (one) => ids.person(one) === null, identities, ledger);
  nameSeries(candidates, ids, identities, ledger);
  for (const one of candidates) if (one.patient === '') one.patient = one.group;
}

/** Study and series UIDs that a header leaves out. */
function fillUids(candidates: readonly Candidate[], identities: Identities, ledger: LedgerLines): void {
  const studies = new Map<string, Set<string>>();
  for (const { series, study } of candidates)
    if (series !== '' && study !== '') studies.set(series, (studies.get(series) ?? new Set()).add(study));
  const without = { study: new Map<string, number>(), series: new Map<string, number>() };
  for (const one of candidates) {
    if (one.study === '') {
      const [known, ...more] = studies.get(one.series) ?? [];
      one.study = known !== undefined && more.length === 0 ? known : one.series;
      count(without.study, one.series);
    } else if (one.series === '') {
      one.series = one.study;
      count(without.series, one.study);
    }
  }
  for (const [series, slices] of without.study) {
    const found = studies.get(series)?.size === 1;
    const then = found ? "the study of the series' other slices is taken" : 'the series counts as a study of its own';
    const message = `${slices} slices of the series have no study UID: ${then}.`;
    const item = identities.name('series', series);
    ledger.note({ item, what: 'series', reason: 'no-study-uid', message, kind: found ? 'repair' : 'warning' });
  }
  for (const [study, slices] of without.series) {
    const message = `${slices} slices of the study have no series UID: they count as one series.`;
    const item = identities.name('series', study);
    ledger.note({ item, what: 'series', reason: 'no-series-uid', message, kind: 'warning' });
  }
}

/** The patient ids of a source, and which of them name nobody. */
class PatientIds {
  /** Studies by id as it is written. */
  readonly studies = new Map<string, Set<string>>();
  /** By id as it is written: who it is, null for nobody. */
  readonly #persons = new Map<string, string | null>();

  constructor(candidates: readonly Candidate[]) {
    for (const { patient, study } of candidates)
      this.studies.set(patient, (this.studies.get(patient) ?? new Set()).add(study));
    const read = new Map([...this.studies.keys()].map((id) => [id, readId(id)]));
    const known = new Set(read.values());
    for (const [id, plain] of read) this.#persons.set(id, isPlaceholder(plain, known) ? null : plainNumber(plain));
  }

  /** Null: nobody. */
  person({ patient }: Pick<Candidate, 'patient'>): string | null {
    return this.#persons.get(patient) ?? null;
  }
}

interface Persons {
  nameOf(candidate: Candidate): string;
}

/** Joins who shares a study, a series or a picture of one UID. */
function joinPersons(all: readonly Candidate[], copies: ToldApart['copies'], ids: PatientIds): Persons {
  const union = new Union();
  const nodeOf = (one: Candidate) => {
    const person = ids.person(one);
    return person === null ? `study ${one.study}` : `person ${person}`;
  };
  // A million slices are of some thousand series: each is looked at once.
  const heads = new Map<string, Candidate>();
  for (const one of all) heads.set(`${one.patient}\0${one.study}\0${one.series}`, one);
  for (const one of heads.values()) {
    union.join(nodeOf(one), `study ${one.study}`);
    union.join(nodeOf(one), `series ${one.series}`);
  }
  for (const { copy, of } of copies) union.join(nodeOf(copy), nodeOf(of));
  // Called by the first of its ids as they are written; where all are nobody's, by the first study.
  const names = new Map<string, { id: string | null; study: string }>();
  for (const one of heads.values()) {
    const root = union.root(nodeOf(one));
    const id = ids.person(one) === null ? null : one.patient;
    const known = names.get(root) ?? { id, study: one.study };
    if (id !== null && (known.id === null || id < known.id)) known.id = id;
    if (one.study < known.study) known.study = one.study;
    names.set(root, known);
  }
  return {
    nameOf(one) {
      const { id, study } = names.get(union.root(nodeOf(one))) as { id: string | null; study: string };
      return id ?? study;
    },
  };
}

function noteIds(candidates: readonly Candidate[], ids: PatientIds, identities: Identities, ledger: LedgerLines): void {
  const groups = new Map<string, Set<string>>();
  const slices = new Map<string, number>();
  const unnamed = new Map<string, { slices: number; alone: boolean }>();
  for (const { patient, group, study } of candidates) {
    groups.set(patient, (groups.get(patient) ?? new Set()).add(group));
    count(slices, patient);
    if (patient === '') unnamed.set(study, { slices: (unnamed.get(study)?.slices ?? 0) + 1, alone: group === study });
  }
  const everything = new Set(candidates.map(({ study }) => study)).size;
  const hint = 'Where several of these studies are of one person, give them one id: else they may stand on both sides.';
  // No id has no name to say: its studies have.
  const many = [...unnamed.values()].filter(({ alone }) => alone).length > 1;
  for (const [study, { slices: of, alone }] of unnamed) {
    const what = `${several(of, 'slice', 'slices')} of this study ${of === 1 ? 'has' : 'have'} no patient ID`;
    const counts = alone ? 'the study counts as a patient' : 'the rest of the study, or what it shares, says whose';
    ledger.note({
      item: identities.name('study', study),
      what: 'patient',
      reason: 'no-patient-id',
      message: `${what}: ${counts}.`,
      ...(many && alone ? { kind: 'warning', hint } : { kind: 'information' }),
    });
  }
  for (const [id, of] of groups) {
    if (id === '') continue;
    const studies = ids.studies.get(id)?.size ?? 0;
    const item = identities.name('patient', id);
    const note = (reason: LedgerNote['reason'], message: string, kind: 'warning' | 'information', then?: string) =>
      ledger.note({ item, what: 'patient', reason, message, kind, ...(then === undefined ? {} : { hint: then }) });
    if (ids.person({ patient: id }) === null && studies > 1) {
      const message = `${slices.get(id)} slices of ${several(studies, 'study', 'studies')} have a patient ID that names nobody: each study counts as a patient (${of.size} in all).`;
      note('placeholder-patient-id', message, 'warning', hint);
    } else if (studies >= MANY_STUDIES && 2 * studies > everything) {
      const message = `One patient ID stands in ${studies} of all ${everything} studies: they count as one patient.`;
      note(
        'patient-of-many-studies',
        message,
        'warning',
        'Where it is a placeholder, give each person an id of its own.',
      );
    }
  }
}

/** Ids that are written differently and count as one person. */
function noteJoined(candidates: readonly Candidate[], identities: Identities, ledger: LedgerLines): void {
  const groups = new Map<string, Map<string, string>>();
  for (const one of candidates) {
    if (one.patient === '') continue;
    const own = groups.get(one.group) ?? new Map<string, string>();
    groups.set(one.group, own);
    if (!own.has(one.patient)) own.set(one.patient, plainNumber(readId(one.patient)));
  }
  for (const [name, own] of groups) {
    if (own.size < 2) continue;
    const shown = [...own.keys()].sort().slice(0, MOST_SHOWN);
    const list = shown.map((id) => identities.name('patient', id)).join(', ');
    const more = own.size > shown.length ? `, and ${own.size - shown.length} more` : '';
    const why =
      new Set(own.values()).size === 1
        ? new Set([...own.keys()].map(readId)).size === 1
          ? 'differ only in case, spaces or ^'
          : 'are numbers that differ only in zeros in front, or .0 behind'
        : 'share a study, a series or a slice';
    ledger.note({
      item: identities.name('patient', name),
      what: 'patient',
      reason: 'joined-patients',
      message: `${own.size} patient IDs ${why}: they count as one patient, on one side of any split by patient (${list}${more}).`,
      kind: 'warning',
      hint: 'Where they are different people, correct their study and series UIDs; where one person, their ids.',
    });
  }
}

/** One patient id, and people who differ in all of their name, or in two of name, birth date and sex. Of those who share a study others know (`noteJoined`). */
function notePersons(candidates: readonly Candidate[], identities: Identities, ledger: LedgerLines): void {
  const groups = new Map<string, Map<string, Candidate>>();
  for (const one of candidates) {
    const own = groups.get(one.group) ?? new Map<string, Candidate>();
    groups.set(one.group, own);
    const person = one.claims.person.join(' ');
    if (!own.has(person)) own.set(person, one);
  }
  for (const [group, own] of groups) {
    const [first, ...others] = [...own.values()].slice(0, MOST_COMPARED) as [Candidate, ...Candidate[]];
    const all = [first, ...others];
    const other = others.find((one) => all.some((before) => areTwoPeople(one.claims, before.claims)));
    if (other === undefined) continue;
    const of = first.patient === other.patient ? 'Files of one patient ID' : 'Files that count as one patient';
    ledger.note({
      item: identities.name('patient', group),
      what: 'patient',
      reason: 'persons-of-one-id',
      message: `${of} differ in the whole name, or in two of name, birth date and sex: they are probably of different people, and count as one.`,
      kind: 'warning',
      hint: 'Give each person an id of its own, in study and series UIDs too.',
    });
  }
}

/** One patient id of several studies, given out by two who give out ids: each counts from one. */
function noteIssuers(
  candidates: readonly Candidate[],
  ids: PatientIds,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const issuers = new Map<string, Map<string, string>>();
  for (const one of candidates) {
    const { issuer } = one.claims;
    if (issuer === '' || ids.person(one) === null) continue;
    const own = issuers.get(one.patient) ?? new Map<string, string>();
    issuers.set(one.patient, own);
    if (!own.has(one.study)) own.set(one.study, issuer);
  }
  for (const [patient, own] of issuers) {
    const several = new Set(own.values()).size;
    if (several < 2) continue;
    ledger.note({
      item: identities.name('patient', patient),
      what: 'patient',
      reason: 'issuers-of-one-id',
      message: `${own.size} studies of one patient ID name ${several} issuers of it (0010,0021): they may be of different people, and count as one.`,
      kind: 'warning',
      hint: 'Where they are different people, give each an id of its own: the name of the issuer before it, say.',
    });
  }
}

/** One name a head: a series UID that stands for several is told apart by study, then by patient. */
function nameSeries(
  candidates: readonly Candidate[],
  ids: PatientIds,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const series = new Map<string, Map<string, Candidate[]>>();
  for (const one of candidates) {
    const studies = series.get(one.series) ?? new Map<string, Candidate[]>();
    series.set(one.series, studies);
    const own = studies.get(one.study);
    if (own === undefined) studies.set(one.study, [one]);
    else own.push(one);
  }
  for (const [uid, studies] of series) {
    const note = (reason: LedgerNote['reason'], message: string) =>
      ledger.note({ item: identities.name('series', uid), what: 'series', reason, message, kind: 'warning' });
    const [first, ...others] = [...studies.values()] as [Candidate[], ...Candidate[][]];
    const whole = others.length === 0 || isOneHead([first, ...others], false);
    if (others.length > 0) {
      const then = whole
        ? 'its slices lie as those of one head do, and stay one series'
        : "the slices of each count as a series of their own, all of them as one patient's";
      note('series-of-two-studies', `The series UID stands in ${studies.size} studies: ${then}.`);
    }
    if (!whole) for (const [study, slices] of studies) for (const one of slices) one.series = `${uid}${NAMED}${study}`;
    for (const slices of whole ? [[first, ...others].flat()] : [first, ...others]) {
      const patients = byPatient(slices, ids);
      if (patients.length < 2) continue;
      const names = `The slices of this series name ${patients.length} patients`;
      if (isOneHead(patients, true)) {
        note('series-of-two-patients', `${names}: they lie as slices of one head do, and stay one series.`);
        continue;
      }
      note('series-of-two-patients', `${names}, and do not lie as those of one head: each one's count as a series.`);
      for (const own of patients) {
        const [name] = own.map(({ patient }) => patient).sort();
        for (const one of own) one.series += `${NAMED}${name || 'nobody'}`;
      }
    }
  }
}

/** Slices of a series by the person that they name; those that name nobody are of the first. */
function byPatient(slices: readonly Candidate[], ids: PatientIds): Candidate[][] {
  const patients = new Map<string, Candidate[]>();
  const nobody: Candidate[] = [];
  for (const one of slices) {
    const person = ids.person(one);
    const own = person === null ? nobody : (patients.get(person) ?? []);
    own.push(one);
    if (person !== null) patients.set(person, own);
  }
  const found = [...patients.values()];
  if (nobody.length === 0) return found;
  return found.length <= 1 ? [slices.slice()] : [...found, nobody];
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

const several = (number: number, one: string, more: string): string => `${number} ${number === 1 ? one : more}`;

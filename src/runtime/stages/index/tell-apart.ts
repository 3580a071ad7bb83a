import type { OpenSource } from '../../../registry/kinds/source.ts';
import type { LeftOut } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import { SeriesTally } from './series-tally.ts';

/** What a file shows, as a hash; null where its pixels end early. */
export type PictureOf = (candidate: Candidate) => Promise<string | null>;

export interface ToldApart {
  /** By their ids, each once. */
  slices: Map<string, Candidate>;
  /** A file that was left out as a copy, and the slice that it is a copy of: whoever it names is the same person. */
  copies: { copy: Candidate; of: Candidate }[];
}

/**
 * Files that claim to be one slice, by their id or by their SOP instance UID, are held against each other. The same
 * picture at the same place is a copy: left out. Two pictures of one UID at one place of one series are versions of which
 * nobody knows the right one: both are left out. Pictures at different places are different slices, whatever their UIDs
 * say: all are kept, under names of their own. In Kaggle's layout names identify slices, and labels name files: there
 * pictures of one SOP UID under two names stay as they are. Pixels are read only where two files claim one place.
 */
export async function tellApart(
  candidates: readonly Candidate[],
  sliceIds: OpenSource['sliceIds'],
  pictureOf: PictureOf,
  identities: Identities,
  ledger: LedgerLines,
): Promise<ToldApart> {
  const told: ToldApart = { slices: new Map(), copies: [] };
  const byName = sliceIds === 'file-name';
  const settled = new Settled(told.copies, pictureOf, identities, ledger);
  const renamed = new SeriesTally();
  for (const [slice, files] of grouped(candidates, (candidate) => candidate.slice)) {
    const kept = await settled.of(files, true);
    if (kept.length > 1) renamed.add((kept[0] as Candidate).series, identities.name('slice', slice), kept.length);
    // Of files of one name the one that has it as its UID is the slice that labels name.
    const own = kept.filter(({ sop }) => sop === slice);
    for (const candidate of kept) {
      if (kept.length > 1 && !(own.length === 1 && own[0] === candidate))
        candidate.slice = `${slice}@${shownPath(candidate.path)}`;
      told.slices.set(candidate.slice, candidate);
    }
  }
  const claim = byName ? 'name' : 'SOP instance UID';
  const then = `Each counts as a slice of its own, named by its path${byName ? ', without labels: a label row cannot tell them apart' : ''}.`;
  renamed.note(ledger, identities, {
    what: 'slice',
    reason: 'one-id-several-slices',
    kind: 'warning',
    one: (of) => `${of} files of one ${claim} are different slices. ${then}`,
    many: (count, first, of) =>
      `${count} ${claim}s of this series (first ${first}) are those of ${of} different slices. ${then}`,
    hint: byName
      ? 'Give each file a name of its own, in the labels file too.'
      : 'Whatever wrote these files gave one UID to several pictures: export them again.',
  });
  if (byName) await oneSopUid(told, settled, identities, ledger);
  return told;
}

/** Kaggle's layout: files of several names with one SOP UID. A copy is left out, other slices keep their names. */
async function oneSopUid(
  told: ToldApart,
  settled: Settled,
  identities: Identities,
  ledger: LedgerLines,
): Promise<void> {
  const tally = new SeriesTally();
  const stated = [...told.slices.values()].filter(({ sop }) => sop !== '');
  for (const [, files] of grouped(stated, ({ sop }) => sop)) {
    if (files.length === 1) continue;
    // The file that is named after its UID is the slice, the others are copies of it.
    files.sort((a, b) => Number(b.slice === b.sop) - Number(a.slice === a.sop));
    const kept = await settled.of(files, false);
    for (const file of files) if (!kept.includes(file)) told.slices.delete(file.slice);
    const [first] = kept as [Candidate];
    if (kept.length > 1) tally.add(first.series, identities.name('slice', first.slice), kept.length);
  }
  tally.note(ledger, identities, {
    what: 'slice',
    reason: 'one-sop-uid-several-slices',
    kind: 'warning',
    one: (of) =>
      `${of} files have the SOP instance UID of this slice and are different slices. Their names tell them apart.`,
    many: (count, first, of) =>
      `${count} SOP instance UIDs (first that of ${first}) are those of ${of} different slices. File names tell them apart.`,
  });
}

/** Decides among files of one id, and leaves out what is a copy or contradicts another. */
class Settled {
  constructor(
    readonly copies: ToldApart['copies'],
    readonly pictureOf: PictureOf,
    readonly identities: Identities,
    readonly ledger: LedgerLines,
  ) {}

  /** The files that remain, in their order. `oneOnly`: two pictures at one place of a series exclude each other. */
  async of(files: readonly Candidate[], oneOnly: boolean): Promise<Candidate[]> {
    if (files.length === 1) return [...files];
    const gone = new Set<Candidate>();
    for (const [position, here] of grouped(files, positionOf)) {
      if (here.length === 1) continue;
      const kept = await this.#withoutCopies(here, position === '', gone);
      if (oneOnly) this.#contradictions(kept, position === '', gone);
    }
    return files.filter((file) => !gone.has(file));
  }

  async #withoutCopies(here: readonly Candidate[], nowhere: boolean, gone: Set<Candidate>): Promise<Candidate[]> {
    const pictures: { file: Candidate; hash: string | null }[] = [];
    for (const file of here) pictures.push({ file, hash: await this.pictureOf(file) });
    // A file that is cut off is no slice where another one is whole.
    pictures.sort((a, b) => Number(a.hash === null) - Number(b.hash === null));
    const kept: Candidate[] = [];
    const shown = new Map<string | null, Candidate[]>();
    for (const { file, hash } of pictures) {
      const others = hash === null ? kept : (shown.get(hash) ?? []);
      // Blank slices look alike: without positions only their numbers can say that they are one.
      const same = others.find((other) => !nowhere || sameNumbers(file, other));
      if (same === undefined) {
        kept.push(file);
        shown.set(hash, [...(shown.get(hash) ?? []), file]);
        continue;
      }
      gone.add(file);
      this.copies.push({ copy: file, of: same });
      this.#leaveOut(file, 'duplicate-slice', copyMessage(file, same, hash === null, this.identities));
    }
    return kept;
  }

  #contradictions(kept: readonly Candidate[], nowhere: boolean, gone: Set<Candidate>): void {
    for (const [, series] of grouped(kept, ({ study, series: uid }) => `${study}\0${uid}`)) {
      for (const file of series) {
        const other = series.find((one) => one !== file && sameNumbers(file, one, nowhere));
        if (other === undefined) continue;
        gone.add(file);
        const path = shownPath(this.identities.name('file', other.path));
        this.#leaveOut(
          file,
          'conflicting-slice',
          `The file ${path} is the same slice by its UIDs and its place, and shows another picture: which is right cannot be known, and neither is used.`,
        );
      }
    }
  }

  #leaveOut({ path }: Candidate, reason: LeftOut['reason'], message: string): void {
    const item = shownPath(this.identities.name('file', path));
    this.ledger.leaveOut({ item, what: 'file', reason, message });
  }
}

function copyMessage(copy: Candidate, of: Candidate, cut: boolean, identities: Identities): string {
  const name = identities.name('slice', of.slice);
  const where = copy.set === of.set ? '' : `, in the ${of.set} folder`;
  if (cut) return `Its pixels end early, and another file is the slice ${name} whole${where}.`;
  return `Another file is the slice ${name} already, with the same picture${where}.`;
}

/** Corner and directions to a thousandth; empty where the header states no position. */
function positionOf({ position, orientation }: Candidate): string {
  if (position === null) return '';
  return [...position, ...(orientation ?? [])].map((value) => Math.round(value * 1000)).join(' ');
}

/** Neither number tells the two apart. `known`: one number at least has to say that they are one. */
function sameNumbers(a: Candidate, b: Candidate, known = false): boolean {
  const pairs = [
    [a.instance, b.instance],
    [a.location, b.location],
  ].filter(([one, other]) => one !== null && other !== null);
  return pairs.every(([one, other]) => one === other) && (!known || pairs.length > 0);
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

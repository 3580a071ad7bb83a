import type { LeftOutReason, NoteReason } from './ledger-reasons.ts';

/**
 * The ledger: each file in the image folders and each label row has exactly one fate. A stage writes what it left
 * out and what it noted; whatever no stage left out was used. Fates sum to what was found.
 */
export interface LeftOut {
  /** The file's path or `labels.csv:12`, or its HMAC where identities are private. */
  item: string;
  what: 'file' | 'label-row';
  reason: LeftOutReason;
  message: string;
  /** Tells items of one reason apart where a count of each is worth saying: `RLE lossless`. */
  detail?: string;
  /** How many items this line stands for; 1 where absent. `item` then names what they have in common (a study). */
  count?: number;
}

/** A repair or a warning on top of a fate. */
export interface LedgerNote {
  item: string;
  what: 'file' | 'label-row' | 'slice' | 'series' | 'study' | 'patient' | 'side' | 'network';
  reason: NoteReason;
  message: string;
  kind: 'repair' | 'warning' | 'information';
  /** What to do about it, where that is not plain. */
  hint?: string;
  /** What tells its items apart, in a few words each: all that stand under one reason are named together. */
  details?: readonly string[];
  /** How many items this line stands for; 1 where absent. */
  count?: number;
}

/** `ledger.json` of an artifact. */
export interface LedgerPart {
  stage: string;
  /** Only index finds things. */
  found?: { files: number; labelRows: number };
  leftOut: LeftOut[];
  notes: LedgerNote[];
}

/** In the place of the items beyond those that are listed one by one. */
export const MORE_ITEMS = '(more)';

const ledgers = new WeakMap<object, LedgerPart>();

/** Gives the error of a stage what the stage had left out until then: a run that fails keeps it. */
export function withLedger<E extends object>(error: E, part: LedgerPart): E {
  ledgers.set(error, part);
  return error;
}

/** What `withLedger` gave; null where the stage gave nothing. */
export const ledgerOfError = (error: unknown): LedgerPart | null =>
  typeof error === 'object' && error !== null ? (ledgers.get(error) ?? null) : null;

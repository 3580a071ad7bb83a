import type { ShardRow } from '../../artifacts/shards.ts';
import type { NoteReason } from '../../ledger-reasons.ts';

/** What a series is judged by: what is known of each of its slices. */
export type SeriesSlice = Pick<ShardRow, 'status' | 'blank' | 'brain' | 'air' | 'values' | 'notes'>;

/** Says something of a series: a warning in its ledger. */
export type NoteSeries = (reason: NoteReason, message: string, hint: string, details?: readonly string[]) => void;

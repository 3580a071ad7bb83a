import type { TObject } from 'typebox';
import type { FileTimes } from '../../files/stamp.ts';
import type { Label } from '../../labels.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';

export type { FileTimes };

/** Why a file, or a folder, that a source lists is not read. */
export type UnreadFileReason =
  | 'not-a-file'
  | 'dangling-link'
  | 'link-above'
  | 'unreadable-file'
  | 'unlistable-folder'
  | 'hidden-folder'
  | 'path-too-long'
  | 'unsafe-name'
  | 'link-in-zip'
  | 'encrypted'
  | 'packed-otherwise'
  | 'damaged-member'
  | 'zip-bomb'
  | 'member-twice'
  | 'not-there';

/** One image file as a source lists it. */
export interface SourceFile {
  /** Relative to the source's root, with `/`: identifies the file, on every machine. */
  path: string;
  /** `test`: never trained on, and what a submission is written for. */
  set: 'train' | 'test';
  /** Size of the file; 0 where it cannot be looked at. */
  bytes: number;
  /** By these a file is known that was not touched since it was read. Without them its header is read each time. */
  times?: FileTimes;
  /**
   * Why it is not read: the ledger says so, and nothing opens it. `message` continues "The file", of an
   * `unlistable-folder` or a `hidden-folder` "The folder", and names no path.
   */
  problem?: {
    reason: UnreadFileReason;
    message: string;
  };
}

/** One line of the labels file: a probability-free label of one slice. */
export interface LabelRow {
  /** What `sliceIds` of the source says: the file's stem, or the SOP instance UID. */
  slice: string;
  label: Label;
  /** 1: the slice shows it. */
  value: 0 | 1;
  /** 1-based line in the labels file. */
  line: number;
}

/** A line that is no label row: becomes a ledger entry. */
export interface BadLabelRow {
  /** 1-based line in the labels file. */
  line: number;
  /** What stands there, cut to a few hundred characters. */
  text: string;
  /** What is wrong, as a clause: `its Label is neither 0 nor 1`. */
  problem: string;
}

/** What the files of a source hold: how a record of slices is read from them, up to the shards, follows from it. */
export type SourceGives = 'dicom' | 'pictures' | 'volume';

/** What a source of pictures says of one of the pictures that each slice has. */
export interface PictureFacts {
  /** The window in HU that it was made with; absent: it is not known, and nothing else can be made to look like it. */
  window?: { level: number; width: number };
  /** The stored value that is white, where that is not the greatest of its 8 or 16 bits. */
  white?: number;
}

/** One slice of a source of pictures: a row of its table. Ids stand in clear. */
export interface PictureRecord {
  /** What labels name it by; unique. */
  slice: string;
  /** Empty: not known. A study is one of its patient, a series one of its study: equal texts of two patients are two. */
  patient: string;
  study: string;
  series: string;
  /** Its place in the series, counted upwards; null: not known. */
  number: number | null;
  /** Its position in mm, upwards; null: not known. */
  positionMm: number | null;
  /** By the names of its pictures: paths as `files` gives them. One that the row does not name is absent. */
  pictures: Readonly<Record<string, string>>;
  /** 1-based line in the table; null where there is none. */
  line: number | null;
}

/** A row of the table that is no slice. */
export interface BadPictureRecord {
  line: number;
  /** What is wrong, as a clause without any text of the row: `its PatientNumber is empty`. */
  problem: string;
}

/** A source's data, opened. Nothing is kept open between its calls. */
export interface OpenSource {
  /** Absolute: the folder, the file or the zip; of several the first. */
  root: string;
  /** All of them, where there are several. */
  roots?: readonly string[];
  /** What identifies a slice, and what labels name: the file's stem (Kaggle's layout), else the SOP instance UID. */
  sliceIds?: 'file-name' | 'sop-instance-uid';
  /**
   * Every file in the image folders, in a stable order, DICOM or not: each of them gets a fate in the ledger. What cannot
   * be read (a pipe, a folder that cannot be listed) comes with its `problem`.
   * Throws IchorError `source-unreadable` where an image folder itself cannot be listed.
   */
  files(): AsyncIterable<SourceFile>;
  /** The first `length` bytes of a file (fewer where it is shorter), or all of it. `path` as `files` gives it. */
  read(path: string, length?: number): Promise<Buffer>;
  /**
   * `length` bytes of a file from `offset` on, fewer where it ends: the same bytes as `read` gives. Where a source has
   * none, files are read from their start, which takes memory where they are large.
   */
  readRange?(path: string, offset: number, length: number): Promise<Buffer>;
  /**
   * What the system calls a file that lies on a disk as it is (absolute; a Buffer where its name is no UTF-8), so that threads
   * read it themselves; null for one that does not, a member of a zip say. Where a source has none, `read` gives every file.
   */
  fileOf?(path: string): Promise<string | Buffer | null>;
  /** Null where the source has no labels. `file`: relative to the root; its content is part of the keys. */
  labels: null | {
    file: string;
    /** How messages call it, where its path may tell who somebody is. */
    shown?: string;
    rows(): AsyncIterable<LabelRow | BadLabelRow>;
    /** What a row's `slice` is: the id of a slice (absent), the path of a file, or `patient/number`. */
    by?: 'slice' | 'path' | 'patient-and-number';
  };
  /** Of a source that gives pictures: its slices, a row of its table each, whether their files are there or not. */
  records?(): AsyncIterable<PictureRecord | BadPictureRecord>;
  /** Where a source that should have labels has none: what is missing, or there instead, as a sentence. */
  noLabels?: string;
  /** Names of sets and tables beside those that were opened, which hold the same kind of data and are not read. */
  passedOver?: readonly string[];
  /** What the sample submission asks for, in its order, where the source has one: slices, or rows (`ID_0a1b2c3d4_any`). */
  submissionIds?: () => Promise<string[]>;
  /** Where something stands in the place of the sample submission that cannot be read: what it is, as a sentence. */
  noSubmission?: string;
  /** True where the folder says that its pictures were generated (`phantom.json`). */
  synthetic: boolean;
}

/** Items done, of how many, and what they are (`slices`). Await it between items: it also lets timers and signals in. */
export type Progress = (done: number, total: number, unit: string) => Promise<void>;

/** Where pictures and labels come from: see `defineSource`. */
export interface Source<P extends TObject = TObject> extends Base<P> {
  kind: 'source';
  contract(params: Params<P>): {
    /** `private`: ids become HMACs, no path and no picture leaves unasked. */
    identities: 'public' | 'private';
    /** What its files hold; `dicom` where it does not say. `volume` (NIfTI) is a name that nothing reads yet. */
    gives?: SourceGives;
    /** Of a source that gives pictures: those of each slice, by the names that `channels` may use. */
    pictures?: Readonly<Record<string, PictureFacts>>;
    /** Whether it has a labels file: without labels nothing is trained. */
    labels: boolean;
    /** The labels it gives, whatever their order; all six where it does not say. */
    labelNames?: readonly Label[];
    /** False: it does not say which slices are of one patient. */
    patients?: boolean;
    /** False: it does not say which slices are of one series. */
    series?: boolean;
    /** False: it does not say in which order the slices of a series lie. */
    order?: boolean;
    /**
     * Which series of a study are read where the recipe does not say (`data.series.choose`): `best`, the one that a rule of
     * series takes for the head; `all`. Absent: all where the source has labels, which are of slices; else the best.
     */
    chooseSeries?: 'best' | 'all';
    /** Repair stored values of unsigned files with an intercept > -100 (facts 3, fix_pxrepr). */
    repairIntercept: boolean;
  };
  /**
   * Only sources that generate: writes the folder that `open` reads. Same parameters and seed, same bytes; a folder that
   * a killed run left is completed.
   */
  generate?(params: Params<P>, work: GenerateWork): Promise<void>;
  /** Only sources that generate: what it will take, roughly; `slices`: how many pictures, `labelled`: how many of them with labels, `series`: of how many series. */
  cost?(params: Params<P>): { bytes: number; seconds: number; slices?: number; labelled?: number; series?: number };
  /** Only public sets: the whole of it as published, so that a plan can say what it costs before anyone has fetched it. */
  published?: {
    /** Of the train set and of the test set. */
    slices: number;
    labelled: number;
    /** Series with labels. */
    series: number;
    downloadBytes: number;
  };
  /**
   * Opens the folder, or what else it reads: a file, a zip (`root` absolute; of several places the first, all of them in
   * `roots`, which only a source gets whose parameter `root` takes a list). Throws IchorError `source-missing` where there is none.
   */
  open(params: Params<P>, root: string, roots?: readonly string[]): Promise<OpenSource>;
}

/** What `generate` gets. */
export interface GenerateWork {
  /** Absolute, exists; empty, or as an earlier run of the same parameters left it. */
  folder: string;
  /** `data.seed` of the recipe: draw from `stream(seed, …)`. */
  seed: number;
  progress: Progress;
  /** Aborted where the run is to stop: `signal.throwIfAborted()` between items. */
  signal: AbortSignal;
}

/**
 * Defines a source: where pictures and labels come from. `open` lists DICOM files and label rows of a folder; a source
 * with `generate` writes that folder first. Whether identities are `private` (ids become hashes) is its contract's word.
 *
 * @example
 * ```ts
 * import { defineSource, openImageFolder, Type } from 'ichor';
 *
 * // A folder of unlabelled DICOM files whose names may be shown.
 * export default defineSource({
 *   name: 'acme/archive',
 *   version: 1,
 *   summary: 'Any tree of anonymised DICOM files: all slices are predicted.',
 *   params: Type.Object({
 *     root: Type.String({ default: '', description: 'Folder to search.', affectsResult: false }),
 *   }),
 *   contract: () => ({ identities: 'public', labels: false, repairIntercept: false }),
 *   // Throws IchorError `source-missing` where there is no such folder.
 *   open: (_params, root) => openImageFolder(root),
 * });
 * ```
 */
export const defineSource = <P extends TObject>(c: Written<Source<P>>) => definer('source')(c) as Source<P>;

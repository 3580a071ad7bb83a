import type { LedgerNote, LeftOut } from '../ledger.ts';
import type { LeftOutReason, NoteReason } from '../ledger-reasons.ts';

interface LeftOutWords {
  /** After a count: `12 not CT`. */
  words: string;
  /** Of one, where that reads otherwise. */
  one?: string;
  hint?: string;
  /** What to do where all of a folder's files are left out, and most of them for this; else `hint`. */
  alone?: string;
  /** The same, where the source gives pictures: what DICOM calls things helps nobody there. */
  aloneOfPictures?: string;
  /** It was asked for, or does no harm: nothing to doubt. */
  benign?: true;
}

const COPY_AGAIN = 'Copy the files again: they are cut off.';

/** What people call the reasons for which stages leave files and label rows out. One that is missing reads as its own words. */
const LEFT_OUT: Readonly<Record<LeftOutReason, LeftOutWords>> = {
  'transfer-syntax': {
    words: 'of a transfer syntax that is not read',
    one: 'of a transfer syntax that is not read',
    hint: 'Convert them first: gdcmconv --raw IN OUT.',
  },
  'not-ct': { words: 'not CT', alone: 'Name a folder of CT slices: these are of another modality.' },
  'secondary-capture': {
    words: 'secondary captures',
    one: 'secondary capture',
    alone: 'Name the folder of the series itself: a screenshot has no HU.',
  },
  'burned-in-annotation': {
    words: 'with burned-in annotations',
    alone:
      'Export the series without text in its pictures. Where there is none, set Burned In Annotation (0028,0301) to NO.',
  },
  'multi-frame': {
    words: 'with a number of frames that cannot be',
    alone: 'Look at their number of frames (0028,0008).',
  },
  colour: {
    words: 'in colour',
    alone: 'Export the pictures themselves, in grey (MONOCHROME2, one sample a pixel).',
    aloneOfPictures:
      'Save them in grey, without loss: `magick IN -colorspace Gray OUT.png`. Where the colours mean something (a map, a mask, marks), export the pictures without them.',
  },
  'pixel-format': {
    words: 'with pixels of an unknown format',
    alone: 'Export them with 8 or 16 bits allocated, and the high bit one below the bits stored.',
    aloneOfPictures:
      'Save them with 8 or 16 bits a pixel, whole numbers from 0 (black) on: values with a point, or below 0, need a window first, which says what is black and what is white.',
  },
  'picture-too-large': {
    words: 'with pictures of more than 4096 × 4096 pixels',
    alone: 'Look at rows and columns (0028,0010) and (0028,0011) of one of them.',
    aloneOfPictures: 'Save each slice as a picture of its own: sheets of many slices are not read.',
  },
  'no-pixels': { words: 'without pixels', alone: 'Export them again: they hold headers alone.' },
  'unreadable-header': { words: 'with a header that ends early or cannot be read', hint: COPY_AGAIN },
  'unreadable-file': { words: 'that cannot be opened', hint: 'Look at their permissions.' },
  'empty-file': { words: 'empty', hint: COPY_AGAIN },
  'truncated-pixels': { words: 'with pixels that end early', hint: COPY_AGAIN },
  'not-dicom': { words: 'no DICOM' },
  archive: {
    words: 'archives',
    one: 'archive',
    hint: 'Unpack them first, or name a zip itself as the place: what archives in a folder hold is not read.',
  },
  dicomdir: { words: 'DICOMDIR', benign: true },
  'hidden-folder': {
    words: 'hidden folders',
    one: 'hidden folder',
    hint: 'What they hold is not read: if it is pictures, take the dot off their names.',
  },
  'path-too-long': {
    words: 'with a path that is too long for this system',
    hint: 'Move them to a folder with a shorter path.',
  },
  'unsafe-name': {
    words: 'whose names lead out of the zip',
    one: 'whose name leads out of the zip',
    hint: 'Whoever made the zip meant it to write elsewhere, or packed whole paths. Pack it again from within its folder.',
  },
  'link-in-zip': { words: 'links in a zip', one: 'link in a zip', hint: 'Pack what the links lead to.' },
  encrypted: { words: 'encrypted in the zip', hint: 'Unpack it with its password first, and name the folder.' },
  'packed-otherwise': {
    words: 'packed in the zip in a way that is not read',
    hint: 'Pack the zip again with deflate, as `zip -r` does, or name the unpacked folder.',
  },
  'damaged-member': {
    words: 'damaged in the zip',
    hint: 'Download or copy the zip again; `unzip -t` names what is damaged.',
  },
  'zip-bomb': {
    words: 'in the zip that claim more than they can hold',
    one: 'in the zip that claims more than it can hold',
    hint: 'Made by chance or to harm: look at where the zip comes from.',
  },
  'member-twice': {
    words: 'that are in the zip twice',
    one: 'that is in the zip twice',
    hint: 'Pack the zip again; where the two differ, decide which one is meant.',
  },
  'not-there': {
    words: 'that the DICOMDIR names and that are not there',
    one: 'that the DICOMDIR names and that is not there',
    hint: 'Copy the whole medium, or name its folder in the place of the DICOMDIR.',
  },
  'syntax-mismatch': {
    words: 'written otherwise than their transfer syntax says',
    hint: 'Have another program write them anew, by what stands in them: dcmconv or gdcmconv.',
  },
  'hidden-file': { words: 'hidden', benign: true },
  'missing-identity': {
    words: 'without the UIDs that tell slices apart',
    alone: 'Export them with their SOP instance UID, and that of their study or series.',
  },
  'not-a-file': { words: 'pipes, sockets or devices', one: 'pipe, socket or device' },
  'link-above': { words: 'links to folders above the data', one: 'link to a folder above the data' },
  'dangling-link': { words: 'links that lead nowhere', one: 'link that leads nowhere' },
  'unlistable-folder': {
    words: 'folders that cannot be listed',
    one: 'folder that cannot be listed',
    hint: 'Look at their permissions: listing a folder needs the rights r and x.',
  },
  'unreadable-pixels': {
    words: 'whose pixels could not be read from where they lie',
    hint: 'Copy the files again (of a zip: download it again), or look at the drive.',
  },
  'contradictory-pixels': {
    words: 'with more bits in their pixels than the header says',
    hint: 'Their HU cannot be known: export them again.',
  },
  'unusable-rescale': {
    words: 'with a rescale slope or intercept that cannot be used',
    hint: 'HU cannot be known without it: export these series again.',
  },
  'undecodable-pixels': {
    words: 'whose compressed pixels cannot be decoded without a guess',
    hint: 'They are damaged, or contradict their headers: copy or export them again.',
  },
  'enhanced-ct': { words: 'enhanced CT', hint: 'Export them as classic CT, one file a slice.' },
  'modality-lut': {
    words: 'with a modality LUT that cannot be read',
    alone: 'Export them with a rescale slope and intercept.',
  },
  'not-hounsfield': {
    words: 'in another unit than HU',
    alone: 'Export the series whose rescale type (0028,1054) is HU: this is a map of something else.',
  },
  'duplicate-slice': {
    words: 'copies of slices that are there',
    one: 'copy of a slice that is there',
  },
  'conflicting-slice': {
    words: 'of one slice id and one place with different pictures',
    hint: 'Which of them is right cannot be known: were UIDs overwritten, or pictures changed?',
  },
  'other-plane': { words: 'in another plane than the rest of the series (localisers)' },
  'no-place': { words: 'without a place in the series' },
  'no-order': {
    words: 'of series without any order',
    hint: 'Neither positions nor numbers say which slice comes first: export these series again.',
  },
  'series-not-chosen': {
    words: 'of series that are not the best of their study',
    benign: true,
  },
  'no-axial-series': {
    words: 'of series that are no axial slices',
    benign: true,
    alone: 'Export the axial series of the head: localisers, coronal and sagittal pictures and maps are not predicted.',
  },
  limit: { words: 'beyond data.limit', benign: true },
  'not-a-picture': {
    words: 'that are no picture that is read (PNG, JPEG, TIFF)',
    one: 'that is no picture that is read (PNG, JPEG, TIFF)',
    hint: 'Convert them without loss, to PNG or TIFF.',
  },
  'several-pages': {
    words: 'with several pictures in them (animations, TIFF pages)',
    hint: 'Save each picture as a file of its own.',
  },
  'picture-too-small': { words: 'with fewer than 16 pixels on a side' },
  'not-named': { words: 'that no row of the table names', one: 'that no row of the table names', benign: true },
  'picture-not-asked': { words: 'of pictures that no channel names', benign: true },
  'lacks-picture': {
    words: 'of slices that lack another picture that channels name',
    hint: 'Without it a slice has no value for a channel. Fewer channels keep such slices: the ledger names them.',
  },
  'sizes-differ': {
    words: 'of slices whose pictures have different sizes',
    hint: 'The pictures of a slice show the same pixels: export them again, all at one size.',
  },
  'label-of-several-slices': {
    words: 'that name several slices',
    one: 'that names several slices',
    hint: 'Name slices by their ids: a patient and a number stand for a slice only where each patient has one series.',
  },
  'bad-label-row': { words: 'that cannot be read', hint: 'A label is 0 or 1; an ID ends in _ and a label.' },
  'duplicate-label-row': { words: 'exact duplicates', one: 'exact duplicate', benign: true },
  'label-without-slice': { words: 'of slices without a usable file' },
  'label-of-unused-slice': { words: 'of slices of series that are not predicted' },
  'label-of-test-slice': { words: 'of slices in the test folder' },
  'incomplete-labels': { words: 'of slices that lack some of the six labels' },
};

/** What a note says of all that it stands on: `of` is `33 slices`. One that is missing is said with its first message. */
const NOTES: Readonly<Partial<Record<NoteReason, (of: string, details: readonly string[]) => string>>> = {
  'doubtful-series': (of, details) =>
    `${of} doubtful${details.length === 0 ? ': not what networks learned from' : `: ${someOf(details)}`}`,
  'no-rescale': (of) => `${of} without rescale slope or intercept: 1 and 0 were taken`,
  'no-modality': (of) => `${of} without a modality in the header: CT was taken`,
  'other-sop-uid': (of) => `${of} whose SOP instance UID is not the name of the file: the name was taken`,
  'stray-white-space': (of) => `${of} with white space around the name: it was dropped`,
  'repeated-scans': (of) => `${of} with several scans of the same places: each counts as a series of its own`,
  'wide-gap': (of) => `${of} with gaps above 1.5 times the spacing: slices may be missing`,
  'same-position': (of) => `${of} with slices at one position: ordered by number, or by id where that is missing`,
  'close-slices': (of) => `${of} with slices closer than half of the spacing: a place counts once`,
  'no-orientation': (of) => `${of} without orientation: ordered by z`,
  'direction-unknown': (of) => `${of} ordered by number alone: which end is up is not known`,
  'order-by-number': (of) => `${of} with slices that have no position: ordered by number`,
  'mirrored-slices': (of) => `${of} with slices that lie mirrored among the others`,
  'mirrored-series': (of) => `${of} that lie mirrored`,
  'turned-series': (of) => `${of} with pictures that are turned, by up to 180 degrees: the network sees them so`,
  'not-axial': (of) => `${of} not axial but sagittal or coronal: networks learn from axial slices`,
  'not-slices': (of) => `${of} with localisers or projections among them, as their headers say`,
  'series-of-single-slices': (of) => `${of} of one slice each: no slice has neighbours`,
  'head-in-single-slices': (of) =>
    `${of} of series of one slice each that stand one above the other: one head whose slices got series UIDs of their own?`,
  'missing-slices': (of) => `${of} with slices that may be missing, by their numbers or what the headers state`,
  'numbers-against-positions': (of) =>
    `${of} whose InstanceNumbers and positions contradict each other: ordered by position`,
  'repeated-numbers': (of) =>
    `${of} whose InstanceNumbers each stand twice, at different places: two scans or two heads?`,
  'frames-of-reference': (of) =>
    `${of} with positions from several origins (frames of reference): two scans or two heads?`,
  'mixed-sizes': (of) => `${of} with pictures of several sizes or pixel spacings: one head is shown larger and smaller`,
  'stretched-pictures': (of, details) =>
    `${of} with ${details.length === 0 ? 'pictures' : `pixels (${someOf(details)}), or pictures,`} that are not square: they are stretched to squares`,
  'implausible-size': (of) => `${of} with pictures smaller or larger than any head, by their pixel spacing`,
  'implausible-extent': (of) => `${of} whose slices reach over more, or less, than a head`,
  'odd-spacing': (of) => `${of} with slices less than 1.5 or more than 12 mm apart`,
  'other-body-part': (of) => `${of} whose headers name another part of the body, not the head`,
  'no-person': (of) => `${of} whose headers name a phantom, a test of the scanner or an animal`,
  'contrast-agent': (of) => `${of} whose headers name a contrast agent`,
  'not-hu-pictures': (of) => `${of} that are no slices of HU, as their headers say (dose reports, screenshots, maps)`,
  'single-slice-patients': (of) =>
    `${of} with one slice each: if each file was given ids of its own, neighbours of one head count as strangers`,
  'persons-of-one-id': (of) =>
    `${of} whose files differ in the whole name, or in two of name, birth date and sex: different people who count as one`,
  'issuers-of-one-id': (of) =>
    `${of} whose studies name several issuers of one id: perhaps different people who count as one`,
  'other-patient-id': (of) => `${of} with a further id that is another patient's: perhaps one person who counts as two`,
  'joined-patients': (of) =>
    `${of} with several ids that are one person: written in several ways, or sharing a study, a series or a picture`,
  'placeholder-patient-id': (of) => `${of} with an id that stands for nobody: each study counts as a patient`,
  'no-patient-id': (of) => `${of} without a patient id: each study counts as a patient`,
  'patient-of-many-studies': (of) => `${of} with most of all studies: is the id one person's?`,
  'series-of-two-studies': (of) => `${of} with slices of more than one study`,
  'no-study-uid': (of) => `${of} without a study UID`,
  'no-series-uid': (of) => `${of} without a series UID`,
  'one-id-several-slices': (of) => `${of} with one id for several slices: they were kept apart`,
  'one-sop-uid-several-slices': (of) => `${of} with one SOP instance UID for several slices`,
  'repeated-picture': (of) => `${of} with a picture that is there under another id too`,
  'padding-as-air': (of) => `${of} with padding that would have shown as bone: it was turned into air`,
  'padding-among-tissue': (of) =>
    `${of} with a padding value that tissue has too: pixels stayed as they are, and padding shows as tissue`,
  'unreadable-number': (of) => `${of} with a position, orientation or pixel spacing that cannot be read`,
  'unreadable-padding': (of) => `${of} with a padding value that cannot be read`,
  'long-number': (of) => `${of} with a rescale longer than the standard allows: it was read whole`,
  'unit-not-stated': (of) => `${of} that do not state their unit: HU were taken`,
  'surplus-pixels': (of) => `${of} with more pixel data than a picture needs: the first part was taken`,
  'cut-off-pixels': (of) => `${of} whose file ends before the pixel data that it states: cut off, or a wrong length`,
  'bytes-behind': (of) => `${of} whose file goes on behind its picture: what stands there was not read`,
  'odd-modality': (of) => `${of} with CT among several modalities: CT was taken`,
  'other-syntax': (of) => `${of} written otherwise than their transfer syntax says: read as what they are`,
  'lossy-pixels': (of) => `${of} compressed with loss: their HU are not those that were scanned`,
  'frames-left-out': (of) => `${of} with frames that were left out`,
  'no-sop-uid': (of) => `${of} without a SOP instance UID: named after the path`,
  'negative-slope': (of) => `${of} with a negative rescale slope: bone has lower HU than air`,
  'implausible-rescale': (of) => `${of} without a pixel as low as water: the rescale is probably wrong`,
  'mixed-rescale': (of) => `${of} with slices of different rescale slopes or intercepts`,
  'wrapped-values': (of) => `${of} with values that wrapped around (unsigned, intercept near 0): not repaired`,
  'no-air': (of) => `${of} without any air: their HU are probably too high`,
  'no-tissue': (of) => `${of} without brain (0 to 80 HU) on any slice: the rescale is probably wrong, or it is no head`,
  'no-bone': (of) => `${of} without any bone (above 200 HU): their values were probably clipped`,
  'shifted-values': (of) =>
    `${of} whose air or soft tissue has other HU than in every head: the rescale is probably wrong, or it is no head`,
  'shifted-slices': (of, details) =>
    `${of} with slices that are brighter or darker than those beside them${details.length === 0 ? '' : ` (${someOf(details)})`}: were pixels changed?`,
  'coarse-values': (of) => `${of} with fewer than 20 different values between 0 and 80 HU: a brain window shows steps`,
  'bright-surroundings': (of) =>
    `${of} with one bright value on a part of the picture: a padding that the header does not declare`,
  'filled-surroundings': (of) =>
    `${of} with one value along the edges of pictures that is not air: a fill that shows as tissue`,
  'lung-values': (of) => `${of} with as much lung (-900 to -600 HU) as a chest has`,
  'run-over-values': (of) => `${of} with values that ran over their signed bits: bone shows as air`,
  'contradicting-labels': (of) => `${of} with the picture of another slice and other labels`,
  'blank-picture': (of) => `${of} with a blank picture`,
  'empty-part': (of) =>
    `${of} with a part of the picture missing (one value in one piece): a copy that was not finished?`,
  'torn-pictures': (of) => `${of} whose pictures are torn: Rows and Columns seem exchanged`,
  'bits-beyond-stored': (of) => `${of} with bits in their pixels above those that the header says are stored`,
  'odd-orientation': (of) => `${of} with an orientation that is no two directions at right angles`,
  'mixed-orientation': (of) => `${of} with slices that are not parallel`,
  'series-of-two-patients': (of) => `${of} with slices of more than one patient`,
  'train-and-test': (of) => `${of} with slices in the train and in the test folder`,
  'any-is-not-or': (of) => `${of} whose label any contradicts the five types: both were kept`,
  'slice-without-labels': (of) => `${of} of the train folder without labels: predicted, never trained on`,
  'labels-named-otherwise': (of) => `${of} that the labels name otherwise: counted as unlabelled`,
  'labels-shifted': (of) =>
    `${of} whose labels are numbered one too low or too high for the files: of the slices beside?`,
  'labels-inverted': (of) => `${of} of labels in which most slices are positive for several types: 0 and 1 exchanged?`,
  'labels-of-series': (of) =>
    `${of} of labels in which all slices of a series have the same labels, in every series: of studies, not of slices?`,
  'repaired-intercept': (of) => `${of} with values that had wrapped around (unsigned, intercept near 0): repaired`,
  'intercept-not-applied': (of) =>
    `${of} with an intercept that was not applied (unsigned, above -100): their values were taken for wrapped ones, and none was`,
  'implausible-values': (of) => `${of} with implausible values: noise or damage`,
  'shared-picture': (of) => `${of} with the picture of another patient: both stay on one side`,
  'picture-in-train-and-test': (of) => `${of} with a picture that stands in the train and in the test folder`,
  'row-without-files': (of) => `${of} of the table whose pictures are not there`,
  'repeated-row': (of) => `${of} with several equal rows in the table: one counts`,
  'ids-written-otherwise': (of) =>
    `${of} whose ids differ from another's only in zeros, capitals or spaces: they count as others`,
  'exif-orientation': (of) => `${of} with a picture that EXIF says is to be turned: it is read as it is stored`,
  'white-out-of-reach': (of) =>
    `${of} with pictures of 8 bits, which hold no value that is stated to be white: 255 was taken`,
  'clipped-white': (of) => `${of} with pixels above what is stated to be white: they are clipped`,
  'dark-pictures': (of) =>
    `${of} with pictures that leave the upper half of their range empty, or far darker than those beside`,
  'few-greys': (of) => `${of} with pictures of few different values: masks, or made of fewer bits`,
  'inverted-pictures': (of, details) =>
    `${of} with pictures that are bright where air is${details.length === 0 ? '' : ` (${someOf(details)})`}: inverted?`,
  'little-brain': (of) => `${of} with too little brain (data.minBrainFraction): the backbone did not train on them`,
  interpolated: (of) => `${of} without pixels that can be read: predicted from their neighbours`,
  'worse-than-constant': (of) => `${of} are worse than the constant predictor`,
  'worse-than-base': (of) => `${of} are worse than their base network`,
  'not-calibrated': (of) => `${of} that are not calibrated in this smoke run`,
  'calibration-doubtful': (of) => `${of} whose calibration is at a bound, or doubtful`,
  'validation-diverged': (of) => `${of} whose validation loss diverged`,
  'batch-norm-momentum': (of) => `${of} whose batch norm has seen too few updates`,
  'not-probabilities': (of) => `${of} whose training makes no probabilities`,
  'accumulate-above-set': (of) => `${of} whose updates are of more batches than their training side has`,
  'never-unfrozen': (of) => `${of} whose frozen weights never begin to train`,
  'ema-too-slow': (of) => `${of} whose moving average of weights still holds much of its beginning`,
  'batch-above-set': (of) => `${of} whose batch is larger than their training side`,
  'less-than-a-pass': (of) => `${of} that do not see all of their training side`,
  'warm-up-unfinished': (of) => `${of} whose learning rate never reaches its full size`,
  'schedule-of-other-length': (of) => `${of} whose schedule is made for another length of training`,
  'test-side': (of) => `${of} held out`,
  'label-without-positives': (of) => `${of} without a positive slice of some label`,
  'label-without-negatives': (of) => `${of} without a negative slice of some label`,
  'constant-prediction': (of) =>
    `${of} of series without any pixels: the share of each label stands in for a prediction`,
  'submission-incomplete': (of) =>
    `${of} that the sample submission has fewer than six rows for: submission.csv has no others`,
  'submission-has-more': (of) =>
    `${of} of the test folder that the sample submission does not list: not in submission.csv`,
};

const UNITS: Readonly<Record<LedgerNote['what'], [one: string, many: string]>> = {
  file: ['file', 'files'],
  'label-row': ['label row', 'label rows'],
  slice: ['slice', 'slices'],
  series: ['series', 'series'],
  study: ['study', 'studies'],
  patient: ['patient', 'patients'],
  side: ['side', 'sides'],
  network: ['network', 'networks'],
};

export const number = (n: number): string => n.toLocaleString('en-GB');

/** `1 slice`, `1,033 label rows`. */
export const counted = (n: number, what: LedgerNote['what']): string => `${number(n)} ${UNITS[what][n === 1 ? 0 : 1]}`;

/** A ledger of another version may have reasons that this one does not know. */
const wordsOf = (reason: string): LeftOutWords | undefined =>
  (LEFT_OUT as Readonly<Record<string, LeftOutWords>>)[reason];

/** The plain words of a reason: `no DICOM`; of one that has none here, its name without hyphens. */
export const leftOutWords = (reason: string, count = 2): string => {
  const own = wordsOf(reason);
  return (count === 1 ? own?.one : undefined) ?? own?.words ?? plain(reason);
};
export const leftOutHint = (reason: string): string | null => wordsOf(reason)?.hint ?? null;
/** What to do about one reason of several, naming it: `Of the 2 empty: copy the files again`. */
export const hintOfReason = (reason: string, count: number): string | null => {
  const hint = leftOutHint(reason);
  return hint === null ? null : `Of the ${number(count)} ${leftOutWords(reason, count)}: ${lowered(hint)}`;
};
/** What to do where nothing else than this is there, by what the source gives. */
export const aloneHint = (reason: string, gives: 'dicom' | 'pictures' = 'dicom'): string | null => {
  const own = wordsOf(reason);
  return (gives === 'pictures' ? own?.aloneOfPictures : undefined) ?? own?.alone ?? leftOutHint(reason);
};
export const isBenign = (reason: string): boolean => wordsOf(reason)?.benign === true;

/** What a note says of `of` (`33 slices`), where it is said otherwise than by its first message; else null. */
export const noteWords = (reason: NoteReason, of: string): string | null => NOTES[reason]?.(of, []) ?? null;

const plain = (reason: string): string => reason.replaceAll('-', ' ');

/** A note in words, whoever wrote it. `messages`: its first ones. */
export function noteText(
  { what, reason }: Pick<LedgerNote, 'what' | 'reason'>,
  count: number,
  messages: readonly string[],
  details: readonly string[] = [],
): string {
  const of = counted(count, what);
  const own = NOTES[reason];
  const [first = ''] = messages;
  const said = first.replace(/\.$/, '');
  if (own !== undefined && (count > 1 || (what !== 'network' && what !== 'side'))) return own(of, details);
  // What is about all of a side, a network or a file needs no count.
  if (count === 1 && what !== 'slice' && what !== 'label-row') return said;
  const same = messages.every((message) => message === first);
  return same ? `${of}: ${lowered(said)}` : `${of}, ${plain(reason)}: ${lowered(said)}`;
}

const MOST_NAMED = 8;
const someOf = (details: readonly string[]): string =>
  [...details.slice(0, MOST_NAMED), ...(details.length > MOST_NAMED ? ['…'] : [])].join(', ');

/** `The header has none` goes on behind a colon as `the header has none`; names and abbreviations stay. */
const lowered = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text);

/** So many reasons, and details of one, are named. */
const MOST_REASONS = 6;
const MOST_DETAILS = 3;

export interface ReasonCount {
  reason: string;
  count: number;
  /** The item that came first; of those beyond the listed ones none. */
  first: string;
  /** What tells its items apart. */
  details: string[];
}

/** What was left out by reason, the largest first, what was asked for last. */
export function byReason(lines: readonly LeftOut[], what: LeftOut['what']): ReasonCount[] {
  const reasons = new Map<string, ReasonCount>();
  for (const line of lines) {
    if (line.what !== what) continue;
    const own = reasons.get(line.reason) ?? { reason: line.reason, count: 0, first: line.item, details: [] };
    reasons.set(line.reason, own);
    own.count += line.count ?? 1;
    if (line.detail !== undefined && !own.details.includes(line.detail)) own.details.push(line.detail);
  }
  return [...reasons.values()].sort(
    (a, b) => Number(isBenign(a.reason)) - Number(isBenign(b.reason)) || b.count - a.count,
  );
}

/** `31 of a transfer syntax that is not read (MPEG-2 main profile), 17 not CT`. */
export function reasonsText(reasons: readonly ReasonCount[]): string {
  const some = reasons.length > MOST_REASONS ? reasons.slice(0, MOST_REASONS - 1) : reasons;
  const rest = reasons.slice(some.length).reduce((sum, { count }) => sum + count, 0);
  const words = some.map(({ reason, count, details }) => {
    const named = [...details.slice(0, MOST_DETAILS), ...(details.length > MOST_DETAILS ? ['…'] : [])].join(', ');
    const own = `${leftOutWords(reason, count)}${named === '' ? '' : ` (${named})`}`;
    return reasons.length === 1 ? own : `${number(count)} ${own}`;
  });
  return [...words, ...(rest > 0 ? [`${number(rest)} for other reasons`] : [])].join(', ');
}

import type { LeftOutReason, NoteReason } from '../ledger-reasons.ts';

/**
 * What each reason of a ledger means, and what comes of it, for docs/diagnostics/ledger.md. The words that a run has for
 * it, and its hint, stand in `notices/words.ts`.
 */
export const LEFT_OUT_MEANS: Readonly<Record<LeftOutReason, string>> = {
  'hidden-file': 'Its name starts with a dot: what systems and editors leave behind.',
  'hidden-folder':
    'Its name starts with a dot, and it is none that tools are known to keep for themselves. What lies in it is not known; each counts as one file.',
  'path-too-long': 'The system cannot open what lies so deep.',
  'unsafe-name':
    'A member of a zip whose name starts at the root of the disk, or leads up with `..`: unpacked, it would lie outside of the folder.',
  'link-in-zip': 'A symbolic link in a zip: what it leads to need not be in the zip.',
  encrypted: 'A member of a zip that asks for a password.',
  'packed-otherwise': 'A member of a zip that is neither stored nor deflated, which is what nearly all are.',
  'damaged-member':
    'A member of a zip whose CRC-32 or size is not the one that stands in its directory, that cannot be unpacked, or whose own header contradicts the directory.',
  'zip-bomb':
    'A member of a zip that claims, or unpacks to, more than a picture can be, or that shares its bytes with another member.',
  'member-twice':
    'Two members of a zip have one name. Of equal ones the first is read; of two that differ none is, since each program would unpack another.',
  'not-there': 'A DICOMDIR names the file, and it is not there: copied without it, or under another name.',
  dicomdir: 'A table of contents of a DICOM medium, no picture.',
  'not-dicom': 'It does not start as DICOM does, and holds no elements of DICOM either.',
  archive: 'Files that hold other files (zip, tar, gzip, 7z, rar). They are not looked into.',
  'empty-file': 'Files of no bytes.',
  'unreadable-file': 'The system does not let them be opened.',
  'unreadable-header': 'They start as DICOM and end, or stop making sense, before the pixels.',
  'syntax-mismatch':
    'The transfer syntax (0002,0010) says one thing and the file is another, and it cannot be read as that either: another program can write it anew.',
  'not-a-file': 'Reading it could wait for ever, so it is never opened.',
  'dangling-link': 'A symbolic link to what is not there.',
  'link-above':
    'A symbolic link to a folder that the data folder lies in: what is found there beside is other data. It is not followed.',
  'unlistable-folder': 'What lies in them is not known; each counts as one file.',
  'not-ct': 'Its modality is another (MR, PT, SR, …), or its SOP class is: where the two contradict each other, too.',
  'secondary-capture': 'A screenshot or a scan of film: its values are no HU.',
  'burned-in-annotation': 'Text stands in the pixels: a network would learn to read it, and names may be among it.',
  'multi-frame':
    'More than 10,000 frames, or more than twice as many as its pixel data are long for: a number that is wrong.',
  'enhanced-ct':
    'Enhanced CT keeps rescale and place in functional groups, which versions up to 0.1 did not read. No longer given.',
  colour:
    'It has several samples a pixel, or another photometric interpretation than grey; a picture’s colours are not grey.',
  'transfer-syntax':
    'No decoder is known for it (MPEG, JPEG XL, private ones). The run names the syntaxes that it met.',
  'modality-lut':
    'HU come from a table in the header that is not as the standard writes it: neither 8 nor 16 bits, or of another length than it says.',
  'unusable-rescale': 'Slope or intercept is there and is no number, or too large for any HU, or the slope is 0.',
  'not-hounsfield': 'The header says that the values are in another unit.',
  'pixel-format':
    'Bits allocated, stored and the high bit do not describe pixels (the high bit is one below the bits stored), or there are no rows or columns. Of pictures (TIFF): values with a point, with a sign, or of 32 bits.',
  'picture-too-large':
    'Rows times columns are more than 4096 × 4096: no CT picture is, and to read it could take all memory.',
  'no-pixels': 'A header alone.',
  'truncated-pixels':
    'They hold fewer pixels than their headers announce. Their slices are predicted from the neighbours.',
  'unreadable-pixels':
    'The header could be read, and then the drive gave an error. Their slices are predicted from the neighbours.',
  'contradictory-pixels':
    'Their pixels use bits above those that the header says are stored, and no overlay does: what a value is worth nobody knows. Their slices are predicted from the neighbours.',
  'undecodable-pixels':
    'Compressed pixels that break off, are of another size than their header says, or can be read in two ways; or their decoder failed. Their slices are predicted from the neighbours.',
  'missing-identity':
    'Without UIDs nobody knows which slices belong together. Versions since 0.2 go by folder and path instead.',
  'duplicate-slice': 'The same slice, with the same picture, is there under another path. One of them is used.',
  'conflicting-slice': 'One id and one place, and two pictures: neither is used.',
  'other-plane': 'A localiser or a reformat among axial slices.',
  'no-place': 'The rest of its series is ordered by something that this slice lacks.',
  'no-order': 'A sequence model would read noise.',
  'series-not-chosen':
    'A study holds the head several times (thin, of a bone kernel, with contrast), and `data.series` takes the best of them. `ichor runs ledger` names each with its rank; `data.series.choose: all` takes every one.',
  'no-axial-series':
    'The headers say that it is a localiser, a map, or in another plane: what a network says of it means nothing.',
  limit: 'The recipe asked for fewer studies; which ones are kept is drawn from `data.seed`.',
  'not-a-picture': 'A source of pictures reads PNG, JPEG and TIFF. What is behind another format is not looked at.',
  'several-pages': 'Which of the pictures is the slice nobody knows: animations, and TIFF files of several pages.',
  'picture-too-small': 'Nothing of a head shows in fewer than 16 × 16 pixels.',
  'not-named':
    'A file of the folder that is no picture of any slice, by the table or by the paths that the recipe states.',
  'picture-not-asked': 'The recipe’s `channels` name other pictures of these slices.',
  'lacks-picture':
    'The other picture is missing, or cannot be read. A channel without a value would have to be made up, so the slice is left out.',
  'sizes-differ': 'Channels are read pixel by pixel: pictures of two sizes do not show the same.',
  'label-of-several-slices':
    'What names the slice (a patient and a number, a path without its end) is that of several slices: which one is meant is not guessed.',
  'bad-label-row':
    'It is no label. More of them than `data.labels.tolerate` stop the run: [`bad-label-rows`](bad-label-rows.md).',
  'duplicate-label-row': 'It says again what another row says.',
  'label-without-slice': 'Its slice has no file, or its file was left out.',
  'label-of-unused-slice':
    'The table of `ichor evaluate` labels slices of a series that was not chosen, or was left out: what is not predicted is not judged. `--series all` predicts every series.',
  'label-of-test-slice': 'What is in the test folder is never trained on.',
  'incomplete-labels': 'The slice counts as unlabelled: it is predicted, and neither trained on nor measured.',
};

export const NOTE_MEANS: Readonly<Record<NoteReason, string>> = {
  'repeated-scans':
    'One series UID held several scans of the same places (perfusion, phases of an agent, two energies), which headers tell apart. Read as one series each place would stand several times in a row.',
  'doubtful-series':
    'The best series of its study is not what networks learned from: a bone kernel, contrast, a part of a head, a derived stack. It is predicted, and the doubt stands beside its predictions, in predictions.csv, patients.csv and on the page.',
  resampled:
    'Its thin slices were averaged to thicker ones, as `data.resample` asks; or could not be, since its pictures are of several sizes.',
  'study-without-head':
    'All of its series are localisers, maps or in another plane. Nothing of the study is predicted.',
  'head-in-single-slices':
    'Five and more series of one slice each, of one study and one plane, stand evenly one above the other, and one of them was taken as the best. An anonymiser that draws the series UIDs anew for each file makes such studies; `data.series.choose: all` reads all of them, and joins none. docs/series.md shows how to give them one UID.',
  'no-rescale': 'Right where the stored values are HU. Look at one of these slices: `ichor figure windows`.',
  'no-modality': 'Files without a modality are taken for CT, unless their SOP class is another.',
  'other-sop-uid': 'Kaggle’s ids are names of files, so the name counts.',
  'stray-white-space': 'Ids are compared without white space at either end.',
  'long-number': 'Some programs write more digits than the standard allows. Nothing was cut.',
  'unreadable-number': 'The slice is ordered by what is left (a number of the header).',
  'unreadable-padding': 'Padding stays as it is, and may show as bone or air.',
  'unit-not-stated': 'The rescale is used, and its unit is not said.',
  'surplus-pixels':
    'Padding at the end, a second picture that the header does not count, or fewer rows in the header than in the picture: then it is cut.',
  'cut-off-pixels': 'All that rows and columns need is there. Copy the files again, and look whether they grow.',
  'bytes-behind':
    'Another file joined to it, or a file that was made longer than what was written. If a slice is missing, it may be there.',
  'odd-modality': 'Modality is `CT` once, in capitals. Where it lists several, the SOP class says that it is CT.',
  'other-syntax':
    'Explicit VR where the syntax says implicit, big endian in the place of little, or the other way, in all of it or in items of a sequence. That is plain from its first elements, and no value is guessed.',
  'lossy-pixels':
    'By their transfer syntax (JPEG, JPEG-LS near-lossless, JPEG 2000 lossy) or Lossy Image Compression (0028,2110). A network that was trained on originals may see less in them.',
  'frames-left-out': 'The other frames of the file are used. The note says how many were left out, and why.',
  'no-sop-uid': 'Its id is a hash of its path below the data folder: the same file elsewhere is another slice.',
  'negative-slope': 'No scanner writes that. The slope was applied as it stands: look at one of these slices.',
  'no-patient-id': 'Studies of one person may stand on both sides of a split, since nobody can join them.',
  'placeholder-patient-id':
    'An id such as ANONYMOUS would make one patient of everybody, so studies are told apart instead.',
  'patient-of-many-studies':
    'If the id is a placeholder, a split by patient puts all of these studies on one side. Give each person an id of its own.',
  'joined-patients': 'They are one patient to the split, so that no picture stands on both sides.',
  'persons-of-one-id':
    'Name, birth date and sex are compared as hashes, and nothing of them is kept. All figures by patient take these people for one.',
  'issuers-of-one-id':
    'Each hospital counts its patients from one: equal ids of two issuers (0010,0021) need not be one person. Issuers are compared as hashes, and nothing of them is kept.',
  'other-patient-id':
    'Other Patient IDs (0010,1000, or their sequence 0010,1002) hold numbers that a person had before, or has elsewhere. They are compared as hashes, nothing of them is kept, and nobody is joined by them.',
  flagged:
    'Slices with a probability above the threshold of the patient rule: they stand in flagged.csv, each with its place and the labels that are above.',
  'several-studies': 'A patient with more than one study: all of them stay on one side.',
  'no-study-uid':
    'The study of the series’ other slices is taken; where they have none, the series counts as a study of its own.',
  'no-series-uid': 'The slices of its study without a series UID count as one series.',
  'series-of-two-studies':
    'Its slices lie as those of one head do, and stay together; or they are taken apart by study.',
  'series-of-two-patients': 'Patients that share a series are one patient to the split.',
  'one-id-several-slices':
    'Two files have one id and different places. Both are used, under names that tell them apart.',
  'one-sop-uid-several-slices': 'A UID that should name one slice names several. They are told apart by their places.',
  'train-and-test': 'A patient of both folders: the test set is not independent of what was trained on.',
  'single-slice': 'A sequence model sees no neighbours.',
  'wide-gap': 'Slices may be missing: a sequence model takes the next one for a neighbour.',
  'same-position':
    'Their order is that of their InstanceNumbers, or of their ids where those are missing, which may not be that of the head.',
  'close-slices':
    'Slices closer than half of the spacing around them show more of the same tissue than not: a part of the head that was scanned again, a fraction of a millimetre or two off, or the ends of two blocks. Each is predicted; three of them in a row are no three places.',
  'no-orientation': 'The series is ordered by z, which is right for axial slices without tilt.',
  'order-by-number': 'Positions are missing for some slices; the number of the header stands in.',
  'direction-unknown': 'Ordered by number alone, a series may run from foot to head or the other way.',
  'odd-orientation':
    'Rows and columns of a slice are two directions of length 1 at right angles. Of other numbers a normal is taken all the same, and order and spacing follow from it.',
  'mixed-orientation': 'The normal of most slices orders all of them.',
  'mirrored-slices': 'Left and right may be exchanged in some slices.',
  'mirrored-series': 'Left and right may be exchanged in the whole series.',
  'turned-series':
    'Rows and columns run otherwise than in other heads, as of a patient who lies prone. Nothing is turned: a network that was trained on upright heads sees them so.',
  'not-axial':
    'Slices are ordered along their normal. What a network learned from axial slices does not hold for them.',
  'not-slices':
    'Image Type (0008,0008) says LOCALIZER, or a projection over several slices (MIP and the like). They are read as slices.',
  'series-of-single-slices':
    'Some anonymisers give each slice a series UID of its own. A sequence model sees no neighbours, and rules of consecutive slices find none. Export the study with its series; or set `sequence.group: patient`.',
  'missing-slices':
    'InstanceNumbers have gaps or begin late, or the headers state more images, or less space between them. A model of sequences takes the next slice that is there for a neighbour.',
  'numbers-against-positions': 'One of the two is wrong: look whether neighbouring pictures go on from each other.',
  'repeated-numbers':
    'Numbers of a series stand once. Where nearly all stand twice, at different places, two scans or two heads were put into one series: neighbours may be of different heads.',
  'frames-of-reference':
    'All positions of a series start from one origin (0020,0052). Where they start from several, on or next to each other, two scans or two heads were put into one series, or merged by a program; how they lie to each other is not known.',
  'mixed-sizes': 'All pictures are scaled to one size, whatever part of the head each shows.',
  'stretched-pictures':
    'Pictures are scaled to squares as they are, so that heads in others are stretched. A few hundred of RSNA’s are so, too.',
  'implausible-size':
    'Less than 120 or more than 1000 mm: a part was cut out, or the pixel spacing is in another unit.',
  'implausible-extent':
    'More than 300 mm, or ten slices and more over less than 40: two heads in one series, a neck and a chest, a part of a head, or positions in another unit.',
  'odd-spacing':
    'A patient is called by three consecutive slices: of thin slices these are a small part of a head, of thick ones a large part. Where positions come from a table (`positionMm`), they may be in another unit, or be numbers.',
  'other-body-part':
    'Body part, series description and protocol are held against lists of words. Nothing that stands in them is repeated.',
  'no-person':
    'Body part, descriptions and the patient’s name are held against lists of words (phantom, QA, QC); Patient Species Description names no human, or Quality Control Image says YES. Nothing that stands in them is repeated.',
  'contrast-agent': 'Vessels and tissue that enhances are as bright as blood, and RSNA’s heads have no agent.',
  'not-hu-pictures': 'Image Type (0008,0008) or the series’ description say so. They are read as slices.',
  'single-slice-patients':
    'Nearly every patient has one slice. Either they do, or an anonymiser gave each file ids of its own: then neighbours of one head stand on both sides of a split, and every figure is too good. A run that trains stops over it, unless the recipe accepts it: [`single-slice-patients`](single-slice-patients.md).',
  'any-is-not-or': '`any` should be 1 exactly where one of the five types is. Nothing was changed.',
  'slice-without-labels': 'Predicted, neither trained on nor measured.',
  'labels-named-otherwise':
    'Rows of the labels name no file, and one that is there has the same name but for capitals, spaces, folders or `.dcm`. Nothing is guessed: such a slice counts as unlabelled.',
  'labels-shifted':
    'The numbers of a patient’s labels are those of its files, all of them one up or down: of the two programs that counted, one began at 0. Nothing is moved. Where it is so, each label is of the slice beside its own.',
  'labels-inverted':
    'Two or more types are positive on more than half of the labelled slices, as nowhere. Nothing is exchanged: a network learns what stands in the table.',
  'labels-of-series':
    'Ten or more series of five and more labelled slices, three or more of them positive, and in none do the labels of two slices differ: as where what a report says of a study was written to all of its slices. Nothing is changed.',
  'not-judged': 'Slices that were predicted, and of which the labels to judge by say nothing.',
  'labels-not-known':
    'Of some labels there is no row at all. A figure that would be another one if they were known is left out; those of the labels that are there hold.',
  'truth-not-known':
    'Patients and series of whom some slices have labels and others none. One is positive where what is labelled makes it so, negative where no label of the others could make it positive, and else nobody knows: it is in no figure of patients or series, and its truth in patients.csv is empty. A slice whose file was left out is a hole and leaves nothing open.',
  'no-labels-file':
    'Nothing can be trained or measured. A recipe that trains stops over it: [`no-labels-file`](no-labels-file.md).',
  'no-positives': 'Nothing to learn from is positive. The run stops over it unless the recipe accepts it.',
  'no-negatives': 'Nothing to learn from is negative. The run stops over it unless the recipe accepts it.',
  'only-positives':
    'The labels to judge by hold no negative. Of false alarms, specificity and AUC nothing can be said; slices without a row are not negative, but not known.',
  'test-side': 'They are predicted as all others are, and their labels are seen by nothing until they are opened.',
  'label-without-positives': 'A label that nobody can learn, or measure.',
  'label-without-negatives': 'A label that is positive everywhere: nobody can learn it, or measure it.',
  'repaired-intercept': 'Unsigned values with an intercept near 0 that had wrapped around, as in RSNA’s data.',
  'intercept-not-applied':
    'Where values wrapped around the intercept is wrong, and the repair leaves it out. Here no value had: the intercept may be right, or another one is due.',
  'padding-as-air': 'Outside of the scanner’s circle some files have a value far above bone.',
  'padding-among-tissue': 'The declared padding value is one that tissue has too, so that it cannot be told apart.',
  'implausible-values': 'Values that no head has: noise, or damage. Look at one of these slices.',
  'implausible-rescale':
    'No pixel is as low as water: the intercept is probably wrong, and every window shows the wrong thing.',
  'mixed-rescale':
    'A scanner writes one rescale for a series. Where the pictures fit it nothing is wrong; where some have another brightness, their rescale is.',
  'wrapped-values':
    'Negative HU stand at the upper end of 12 bits, so that air shows as bone. The `rsna` source repairs that; so does `folder` with `repairIntercept: true`, and `ichor predict --repair-intercept`.',
  'no-air':
    'No slice of the series has pixels between -1100 and -700 HU. The intercept may be missing (0 in the place of -1024), or a mask may have replaced air.',
  'no-tissue':
    'Hardly any pixel of the series lies between 0 and 80 HU, where brain and blood are. Look at slope and intercept, or take the series out.',
  'no-bone':
    'Five slices and more show brain, and not one pixel is above 200 HU, where each head has a skull: values were clipped, as where a picture of one window was made into slices again. A bone window shows nothing.',
  'shifted-values':
    'Air is -1000 HU, and brain 20 to 45. Where a series’ commonest values lie elsewhere (air beyond -1040 to -960, soft tissue beyond 0 to 60), slope or intercept are not those of its pixels.',
  'shifted-slices':
    'The middle of a slice’s tissue (-60 to 160 HU) is 30 HU or more away from that of the slices on both sides, or its air 40, or nearly all brain is gone from it; or both steps are taken at once, up to an end of the series. A head changes slowly: pixels were changed, or rescale is not theirs.',
  'coarse-values':
    'Made of pictures of 8 bits, or with a slope of many HU. A brain window shows steps where others show tissue.',
  'bright-surroundings':
    'More than 3 % of a picture have one HU above 200. Bone and metal have many: it shows as bone, and is none.',
  'filled-surroundings':
    'A fifth or more of the pixels along the edges have one HU above -700. Outside of the scanner’s circle is air, or a padding as low; filled with 0 or 40 HU it looks like tissue to a network.',
  'lung-values':
    'Heads have air around them and in their sinuses, and foam below; the median slice of a chest has more than a fifth of a picture in these HU.',
  'run-over-values':
    'Unsigned values in files that say signed: what is beyond half of the range becomes the lowest HU.',
  'contradicting-labels':
    'One picture under two ids, and not all of its labels are equal: what is learned from one the other denies.',
  'blank-picture': 'All of its pixels have nearly one value. It shows nothing, and links no patients.',
  'empty-part':
    'At least 15 % of its pixels at an end, or 4 % within the picture, in one piece, are stored as 0 or with all bits set, and end at an edge: a copy whose file was made in full length before its bytes came.',
  'torn-pictures':
    'Of a picture that is not square: pixels as far apart as it has rows are more alike than those that stand below each other, so that its lines are as long as it has rows. Nothing is exchanged: a network sees stripes. What is predicted of the series says so in the column doubtful.',
  'bits-beyond-stored':
    'They were cut off, as the header says. A single value there is often padding that the header does not declare; it may show as bone.',
  'repeated-picture': 'A picture that counts twice. Take one of the two out of the folder.',
  'shared-picture': 'Two patients have one picture: to the split they are one.',
  'picture-in-train-and-test': 'A picture of the test folder is trained on: the test set is not independent.',
  'little-brain': 'Left to the sequence model and to prediction; the backbone does not train on them.',
  'row-without-files':
    'The row is a slice without a picture: neither trained on nor predicted. Where files are named otherwise than the row says, nothing is guessed: the line, its path (a hash where ids are private) and what may be wrong with it stand in the ledger.',
  'repeated-row': 'The table says the same slice twice. One of the rows counts.',
  'ids-written-otherwise':
    'Rows of the table of pictures name studies, series or slices of one patient that differ only in zeros in front (a spreadsheet takes them away), `.0`, capitals or spaces. They count as different ones; if they are one, a head is in parts.',
  'exif-orientation':
    'A camera’s tag. Pictures of slices are read as they are stored, as programs for research do; look whether this one lies as the others do.',
  'dark-pictures':
    'Of 16 bits often 12 are used, and of 8 bits at times 5. White is taken to be 65535, or 255, so that such pictures come out dark: state `white` of the picture (4095). Single ones that are far darker than those beside were made with another white.',
  'few-greys':
    'Fewer than 32 different values in all pictures of a series, or far fewer in single ones than in those beside: masks, pictures of 1 bit, or a palette.',
  'inverted-pictures':
    'More than half of the pixels along the edges are brighter than half of white. Around a head is air, which is black in every window.',
  'white-out-of-reach':
    '`white` of a picture (4095) is greatest of 12 bits, and this file has 8: white stays 255, since else it would be black. Files of 16 bits beside it have what is stated.',
  'clipped-white':
    'What lies above `white` cannot be told from it: bright blood and bone may be one. Up to one pixel in a thousand it is information, else a warning.',
  'patients-unknown':
    'The source does not say whose slices are whose. They are split one by one: slices of one person may stand on both sides, which makes figures too good.',
  pretrained: 'What the network started from: the file by its hash, how many of its tensors, what was left out.',
  'weights-saw-patients':
    'Another run had trained on patients who are judged here. Everything that comes of it says LEAKY SPLIT.',
  'weights-patients-unknown':
    'Names of two sources, or hashed ones, cannot be compared; the same pictures would be found.',
  'weights-worse-than-constant': 'What another run trained, and this one starts from, had learned nothing that helps.',
  'batch-norm-momentum': 'Its running averages still hold much of their initial values.',
  'not-probabilities':
    'Focal loss and smoothed or mixed labels have their least value elsewhere than at the share of positives; some samplers show other shares than there are.',
  'accumulate-above-set':
    'Each update sees all there is: an epoch is one update, of fewer batches than the recipe says.',
  'never-unfrozen': 'The training ends before what is frozen is to begin.',
  'ema-too-slow': 'More than 5 % of what is kept and validated are the weights of the first update.',
  'batch-above-set': 'Each update sees all there is, and fewer labels than the recipe says.',
  'less-than-a-pass': 'The updates that are stated end before the first pass over the data does.',
  'warm-up-unfinished': 'The epochs come to fewer updates than the warm-up has.',
  'schedule-of-other-length': 'What it states in updates is longer, or much shorter, than the epochs come to.',
  'validation-diverged': 'More than ten times the constant predictor’s loss after some epoch.',
  'checkpoint-metric-undefined': 'The last epoch was kept, since no epoch could be called best.',
  'stopped-early': 'Its figure on validation got no better for as many validations as earlyStopping.patience says.',
  'stopping-metric-undefined': 'No validation could be called better than another, so that it trained to its end.',
  'worse-than-constant': 'It has learned nothing that helps on validation.',
  'worse-than-base': 'The sequence model did not help.',
  'network-unmarked': 'What it was trained on, and how it fared, is not written in it.',
  'not-calibrated':
    'A smoke run has too few patients to fit a calibration on: its scores stay what the network said. Without --smoke such a run ends before it trains.',
  'calibration-doubtful':
    'The component that calibrates says so of what it fitted: a temperature at a bound means that next to no slice is on the wrong side, or that the scores say nothing.',
  'resumed-on-another-machine':
    'A run on either machine alone gives slightly other numbers. For bits that can be made again: `--exact`.',
  interpolated: 'Embeddings of the slices beside it stand in for its own.',
  'constant-prediction': 'No slice of the series has pixels: the share of each label stands in for a prediction.',
  'no-submission':
    'There is no test picture, so that no `submission.csv` is written: every file of the test folder was left out, or there is none where the sample submission asks for some.',
  'submission-incomplete':
    'The sample lacks some of the six rows of a slice: it was cut off, or somebody changed it. `submission.csv` has the rows of the sample, so that it lacks them too.',
  'submission-without-slice': 'The sample asks for slices that are not in the test folder.',
  'submission-has-more': 'They stand in `predictions.csv`, and not in `submission.csv`, which has the sample’s rows.',
  'submission-unchecked':
    'Without Kaggle’s sample nobody knows whether it is complete: `ichor submission check` does it later.',
  'submission-refused':
    'Rows of the sample have no prediction. A run without `data.limit`, or with the missing files, has them.',
};

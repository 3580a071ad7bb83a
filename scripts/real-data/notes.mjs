/** What stands on the page beside its tables. Sentences that quote what was seen were written after the runs of November 2026. */
export const NOTES = {
  claimed: `“Loses” is of the mean log loss over the six labels, “orders” of the AUC, “says more than the prevalence” of a log loss below that of the shares of the training side. Claims of one training a fold cannot be decided, by design ([statistics.md](statistics.md): fewer than five trainings decide
nothing), which their tables expected. **Expected and not so**: that lite0 lies below the constant predictor, and that the sequence model loses less than its base and than the constant predictor. From scratch was expected near the constant
predictor (0.1624), and is at 0.1506.`,
  notShown: `Written after the runs, and after a review.

- **That ImageNet's weights help here.** Trained as much and in the same way, the network from them loses more than the one from scratch (0.1740, 0.1506) and more than the constant predictor (0.1624), and orders slices a little better (AUC of
  any 0.8358, 0.8128); neither is decided. Its training loss ends at 0.064 to 0.072 a label, and validation does not follow: in three passes it learns 65 or 66 patients by heart. The rate, 1e-3, is that of recipes/ct-ich.yaml, a small network from scratch: ten times the paper's for networks with pretrained weights, and a
  hundred times its rate for the sequence model. It favours the arm from scratch, and was not tuned: choosing another one on these patients would take patients that nobody has looked at. On RSNA's slices the network from ImageNet's weights loses less (0.1616, 0.1813; constant 0.2066) and
  orders better (0.8564, 0.7838): one training a fold, not decided either.
- **That the sequence model is of use here.** It loses more than the base network that it reads, more than a mean over three slices that learns nothing (0.1675, less than its base; nothing was claimed of that), and more than the constant predictor. It loses less than a slice-wise network of as many weights: both are worse than the constant predictor, five patients carry
  two fifths of that gain, and of the same two the slice-wise one orders slices better (exploratory, p 0.046). What both learn from are embeddings of a backbone that knew the labels of these same slices.
- **Whose fault that is.** Over embeddings of a network that never saw a head (frozen) the same sequence model loses less (0.1443) than that network by itself (0.1588) and less than the constant predictor (0.1624). Nothing was claimed of
  either; there are three seeds; that network by itself is a prediction layer of one pass, 124 updates, beside 340 of the sequence model; no mean over three slices stands beside it; and the two backbones are different networks. So it fits in-sample embeddings as what does the damage, and does not show it. The slice-wise network loses more than the
  constant predictor over frozen embeddings too (0.2025), which fits a training that is too long or too fast: no other was tried.
- **Probabilities that can be taken at their word.** The calibration error of any is 0.03 to 0.12 on CT-ICH (a constant has none, by construction). Temperature scaling was not tried: it takes 20 positive patients of a validation side, which has 16 or 17 patients in all.
- **What another hospital costs.** Each of the five networks of RSNA's slices orders CT-ICH's slices worse than its own held-out ones, by 0.035 to 0.108 of AUC (mean 0.066). The five differ by 0.043 on their own slices and by 0.051 there: that the drop is larger than this was expected, and is not so of two of them. All five lose less than the shares that they learned from say, and
  more than the shares of CT-ICH itself would. Calibration errors are further above what chance alone gives there (about 0.013 of 2,501 independent slices) than on their own 633 (about 0.025), as was expected; by how much is not tested. The cause is not shown: windows, JPEG loss (twice), labelling, scanners and patients differ at once.
  CT-ICH's are of trauma, aged 28 on average, 27 of 82 under 18, mostly with epidural bleeds (21 of 36), of which the networks learned from 11 or 12 slices.
- **Any of the rarer types**: subdural haemorrhages are those of 4 patients on CT-ICH, epidural ones 14 slices of RSNA's.
- **Small differences.** Of sequence against base or smoothing a gain from about 0.04 on, a quarter of the loss, is what these 82 patients and five seeds would have found; the paper's own are a fifth to a third. Steadier pairs show less.
- **What a journal would ask for**: several trainings of the backbone a fold, a rate chosen in nested folds, cross-fit embeddings, results by size of bleed, calibration plots.`,
  ran: `Native engine, compiled step, float32, on two cores that other work shared throughout: minutes are of that machine under that load, as the artifacts' own manifests say, each in
the first row that has it. CT-ICH's but for the frozen rows were made at a load of 8 to 20, the others at 3 to 7; by itself the machine trains 55 to 80 slices a second, then 10 to 60. 15 of the 25 runs of per-slice were made by calls of \`ichor run\` beside the table. Embedding RSNA's slices took the first three networks
402, 130 and 133 s, and the others half a minute: single slices were filled up to eight before. Two trainings of RSNA's slices were stopped and went on from their checkpoints. EfficientNet-Lite0 and MobileNetV2 at 96 × 96, so that five folds of several networks take hours and not days; brain and bone picture as two channels on CT-ICH, the header's own window
as one on RSNA's slices. One training of a backbone a fold and arm, of seed 0; second networks read its embeddings, which are made once. No training was ended early by its figures, and no epoch, threshold or temperature was chosen on a fold that is
reported. Intervals in the whole tables are by patient, 1,000 draws.

Positive slices (patients) of CT-ICH: any 318 (36), epidural 173 (21), intraparenchymal 73 (16), subdural 56 (4), intraventricular 24 (5), subarachnoid 18 (7), of 2,501 (82), 2,500 of which have both pictures. The last three stand in mean losses alone: a figure of theirs would be one of a
handful of people. Positive of RSNA's 3,165 slices: any 476, subdural 213, intraparenchymal 158, subarachnoid 151, intraventricular 110, epidural 14. The source of these slices names no patient. Tables beside the sets do of 1,041 of them: 965 people, 53 of whom lie in two folds or more; of the other 2,124 nobody knows. 41 are one and the same blank picture, in all five folds. Without the slices whose patient or series is known to lie in another
fold, or without the blank ones, AUC and loss of lite0 move by less than 0.003.

The tables' files were committed before anything but a trial of two updates had been trained on these patients; limits were reworded and a figure (any-slice truth) was added after the first results, claims and expectations were not. CT-ICH's trained rows and the first network of RSNA's slices ran first; what they gave was known when the frozen rows and the other folds ran.`,
  'ct-ich-heads':
    'Both rows over the trained backbone lose more than the constant predictor: that one of them loses less than the other is no reason to use it. lite0 and smoothing are one run each, counted five times. The recipes’ defaults of 20 passes at a rate of 1e-3 were kept as they were stated. The frozen rows have three seeds.',
  'rsna-slices':
    'Intervals, here and in the whole table, take each slice for a patient of its own: where several are of one, they are too narrow, and the figures too good.',
  transfer: `The networks of lite0 of the table above, one a fold, on sets that none of them saw: least to greatest of them. DICOM files of the sample go through the brain window (40/80), which is near what most of
RSNA's pictures were made with; CT-ICH's brain pictures were turned back into HU (grey / 255 × 120 − 20, so that nothing is known below −20 and above 100) and go through the same. No threshold and no temperature was fitted there.
“Constant” gives every slice the shares of labels that the networks learned from (where a set is shown to them, with half a slice added to each), “constant of that set” those of the set itself, which nobody had. Whether a patient of the sample is among those of the slices nobody knows (the slices of its series were taken out); of nine patients counts stand alone.`,
  published:
    'By other networks, on other patients, with other protocols: beside each other, and nothing is subtracted. RSNA: Kaggle 2019, first place. CT-ICH, 75 scans: that system, AUC of scans. The clinic: one in Hong Kong, a model trained on RSNA, scans at p ≥ 0.5, AUC 0.842; ours are patients of CT-ICH, 44 % with a haemorrhage, by three neighbours.',
};

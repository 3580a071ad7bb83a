/** What stands on the page beside its tables. Sentences that quote what was seen were written after the runs of November 2026. */
export const NOTES = {
  notShown: `Written after the runs.

- **That ImageNet's weights help here.** Trained as much and in the same way, the network from them loses more than the one from scratch (0.1740, 0.1506) and more than the constant predictor (0.1624), and orders slices a little better (AUC of
  any 0.8358, 0.8128); neither is decided. Its training loss ends at 0.065 to 0.07 a label, and validation does not follow: in three passes at a rate of 1e-3 it learns 66 patients by heart. The rate was stated before and not tuned. Lower rates, frozen
  layers, fewer passes or larger pictures may do better: choosing among them on these patients would take patients that nobody has looked at. On RSNA's slices, which are of more heads, the network from ImageNet's weights loses less (0.1616, 0.1813; constant 0.2066) and
  orders better (0.8564, 0.7838): one training a fold and slices of unknown patients, so that this is not decided either.
- **That the sequence model is of use here.** It loses more than the base network that it reads, more than a mean over three slices that learns nothing (0.1675, less than its base; nothing was claimed of that), and more than the constant predictor. It loses less than a slice-wise network of as many weights: that is said of two networks that both do harm,
  and of the same two the slice-wise one orders slices better. What both learn from are embeddings of a backbone that knew the labels of these same slices, and of 66 patients.
- **Whose fault that is.** Over embeddings of a network that never saw a head (frozen) the same sequence model loses less (0.1443) than that network by itself (0.1588) and less than the constant predictor (0.1624): nothing was claimed of
  either, there are three seeds, and no mean over three slices stands beside it. It fits in-sample embeddings as what does the harm, and does not show it: the two backbones are different networks. The slice-wise network loses more than the
  constant predictor over frozen embeddings too (0.2025), so that 20 passes at a rate of 1e-3 are too much for it at least.
- **Probabilities that can be taken at their word.** The calibration error of any is 0.03 to 0.12 on CT-ICH, where the constant predictor has next to none. Temperature scaling was not tried: it takes 20 patients with each label, and only any (36) and epidural (21) have so many.
- **What another hospital costs.** Each of the five networks of RSNA's slices orders CT-ICH's slices worse (AUC of any 0.7685 to 0.8190) than its own held-out ones (0.8328 to 0.8762): by more than the five differ among themselves, as was expected. The cause is not shown:
  windows, JPEG loss, labelling and patients differ at once, the five share most of their slices, and the held-out ones may be of patients whom they trained on. Their probabilities were expected to be further off there than on their own slices: the
  calibration errors are 0.0323 to 0.0408 and 0.0265 to 0.0348, which is little.
- **Any of the rarer types**: subdural haemorrhages are those of 4 patients on CT-ICH, epidural ones 14 slices of RSNA's.
- **Differences of the size that is published** (a sequence model over its base: some per cent of the loss). A gain from about 0.04 on, a quarter of the loss, is what these 82 patients and five seeds would have found.`,
  ran: `Native engine, compiled step, float32, on two cores that other work shared throughout: minutes are of that machine under that load, as the artifacts' own manifests say, each in
the first row that has it. CT-ICH's but for the frozen rows were made at a load of 8 to 20, the others at 3 to 7; by itself the machine trains 55 to 80 slices a second, then 10 to 60. 15 of the 25 runs of per-slice were made by calls of \`ichor run\` beside the table. Embedding RSNA's slices took the first two networks
two minutes each, and the others less: single slices were filled up to eight before. EfficientNet-Lite0 and MobileNetV2 at 96 × 96, so that five folds of several networks take hours and not days; brain and bone picture as two channels on CT-ICH, the header's own window
as one on RSNA's slices. One training of a backbone a fold and arm, of seed 0; second networks read its embeddings, which are made once. Nothing was stopped early, and no epoch, threshold or temperature was chosen on a fold that is
reported. Intervals in the whole tables are by patient, 1,000 draws.

Positive slices (patients) of CT-ICH: any 318 (36), epidural 173 (21), intraparenchymal 73 (16), subdural 56 (4), intraventricular 24 (5), subarachnoid 18 (7), of 2,501 (82). The last three stand in mean losses alone: a figure of theirs would be one of a
handful of people. Positive of RSNA's 3,165 slices: any 476, subdural 213, intraparenchymal 158, subarachnoid 151, intraventricular 110, epidural 14.`,
  'ct-ich-heads':
    'Both trained rows lose more than the constant predictor: that one of them loses less than the other is no reason to use it. lite0 and smoothing are one run each, counted five times. The recipes’ defaults of 20 passes at a rate of 1e-3 were kept as they were stated. The frozen rows have three seeds.',
  'rsna-slices':
    'Intervals take each slice for a patient of its own: where several are of one, they are too narrow, and the figures too good.',
  transfer: `The networks of lite0 of the table above, one a fold, on sets that none of them saw: least to greatest of them. DICOM files of the sample go through the brain window (40/80), which is near what most of
RSNA's pictures were made with; CT-ICH's brain pictures were turned back into HU (grey / 255 × 120 − 20, so that nothing is known below −20 and above 100) and go through the same. No threshold and no temperature was fitted there.
“Constant” gives every slice the shares of labels that the networks learned from. Whether a patient of the sample is among those of the slices nobody knows (the slices of its series were taken out); of nine patients counts stand alone.`,
  published:
    'By other networks, on other patients, with other protocols: beside each other, and nothing is subtracted.',
};

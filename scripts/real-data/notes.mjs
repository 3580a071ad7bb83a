/** What stands on the page beside its tables. Sentences that quote what was seen were written after the runs. */
export const NOTES = {
  ran: `Native engine, compiled step, float32, on two cores that other work shared throughout at a higher priority (a load of 8 to 13): minutes are of that machine under that load. By itself it trained about 55
slices a second, then 13 to 40. EfficientNet-Lite0 and MobileNetV2 at 96 × 96, so that five folds of several networks take hours and not days; brain and bone picture as two channels on CT-ICH, the header's own window
as one on RSNA's slices. One training of a backbone a fold and arm, of seed 0; second networks read its embeddings, which are made once. Nothing was stopped early, and no epoch, threshold or temperature was chosen on a fold that is
reported. Intervals in the whole tables are by patient, 1,000 draws.`,
  transfer: `The networks of lite0 of the table above, one a fold, on sets that none of them saw: least to greatest of them. DICOM files of the sample go through the brain window (40/80), which is near what most of
RSNA's pictures were made with; CT-ICH's brain pictures were turned back into HU (grey / 255 × 120 − 20, so that nothing is known below −20 and above 100) and go through the same. No threshold and no temperature was fitted there.
“Constant” gives every slice the shares of labels that the networks learned from. Whether a patient of the sample is among those of the slices nobody knows (the slices of its series were taken out); of nine patients counts stand alone.`,
  published: `By other networks, on other patients, with other protocols: beside each other, and nothing is subtracted.`,
  notShown: `To be written after the runs.`,
};

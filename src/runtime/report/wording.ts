/** The wording that stands at the head of every report, verbatim (facts 7). */
export const RESEARCH_NOTICE =
  'Research software. Not a medical device; not cleared or CE-marked; not for diagnosis, triage or any decision about a patient. ' +
  'Outputs are unvalidated scores of a statistical model and can be wrong in either direction; absence of a finding excludes nothing.';

/**
 * Known blind spots (facts 7), for whatever was trained on the RSNA set or on pictures like it.
 * @param calibrated how scores became probabilities, as a clause (`calibrationClause`); null: by nothing.
 */
export const blindSpots = (calibrated: string | null = null): string =>
  `Scores are predicted probabilities, ${calibrated ?? 'uncalibrated'}. Known blind spots: epidural haemorrhage is 0.4 % of slices in the RSNA set; ` +
  'no paediatric or post-operative claim; training labels are not a consensus of readers; non-contrast axial head CT only; ' +
  'no shift of prevalence is handled.';

/** Of a model that is calibrated: by what, and on what. */
export const calibrationClause = (component: string): string => `calibrated by ${component} on the validation side`;

/** The wording of facts 7, in one place: README, pages and `--version` say the same. */
export const research =
  'Research software. Not a medical device; not cleared or CE-marked; not for diagnosis, triage or any decision about a patient.';

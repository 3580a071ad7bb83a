/** What stands on the page beside its tables. Sentences that quote what was seen were written after the runs, and say so. */
export const NOTES = {
  'ct-ich': null,
};

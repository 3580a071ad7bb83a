/** Share of a clinic's scans that show a haemorrhage: 6.1 % of 1,372 in Hong Kong, on which a model of RSNA was published. */
export const CLINIC = 0.061;

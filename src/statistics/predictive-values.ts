/** How a test calls: shares of the positives and of the negatives that it calls rightly. */
export interface Accuracy {
  /** Of the positives, called positive. From 0 to 1. */
  sensitivity: number;
  /** Of the negatives, called negative. From 0 to 1. */
  specificity: number;
}

/** Of what was called so, the share that is so. Null: at this prevalence nothing is called so. */
export interface PredictiveValues {
  /** Of what is called positive. */
  ppv: number | null;
  /** Of what is called negative. */
  npv: number | null;
}

/**
 * Predictive values where a share `prevalence` is positive, by Bayes' rule (Altman and Bland, BMJ 1994; 309: 102):
 *
 * PPV = se p / (se p + (1 - sp)(1 - p)), NPV = sp (1 - p) / (sp (1 - p) + (1 - se) p).
 *
 * It takes sensitivity and specificity to be there what they were here, which the mix of patients changes (spectrum).
 *
 * @param prevalence from 0 to 1.
 * @throws RangeError for what lies outside of 0 to 1, or is no number.
 */
export function predictiveValues({ sensitivity, specificity }: Accuracy, prevalence: number): PredictiveValues {
  for (const [name, value] of Object.entries({ sensitivity, specificity, prevalence }))
    if (!(value >= 0 && value <= 1)) throw new RangeError(`The ${name} has to be from 0 to 1, and is ${value}.`);
  const [positive, negative] = [prevalence, 1 - prevalence];
  return {
    ppv: share(sensitivity * positive, (1 - specificity) * negative),
    npv: share(specificity * negative, (1 - sensitivity) * positive),
  };
}

const share = (right: number, wrong: number): number | null => (right + wrong === 0 ? null : right / (right + wrong));

/**
 * Of what makes graphs of steps: raised with every change that may change bits of compiled steps. Part of the keys of what
 * they make; eager steps have none.
 */
export const GRAPH = 'graph 3';

/** The one value of a recipe that is a path of this machine. */
export const DATA_ROOT: readonly string[] = ['data', 'source', 'root'];

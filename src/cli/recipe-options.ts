/** How a recipe file is read, as commander gives it. */
export interface RecipeOptions {
  set?: string[];
  profile?: string[];
  /** Commands that train. */
  track?: string[];
  smoke?: boolean;
  /** False with --no-plugin-code. */
  pluginCode?: boolean;
}

/** As the library takes them. */
export const recipeOptions = ({ set, profile, track, smoke, pluginCode }: RecipeOptions): RecipeOptions => ({
  ...(set === undefined ? {} : { set }),
  ...(profile === undefined ? {} : { profile }),
  ...(track === undefined || track.length === 0 ? {} : { track }),
  ...(smoke === undefined ? {} : { smoke }),
  ...(pluginCode === undefined ? {} : { pluginCode }),
});

/** How a recipe file is read, as commander gives it. */
export interface RecipeOptions {
  set?: string[];
  profile?: string[];
  smoke?: boolean;
  /** False with --no-plugin-code. */
  pluginCode?: boolean;
}

/** As the library takes them. */
export const recipeOptions = ({ set, profile, smoke, pluginCode }: RecipeOptions): RecipeOptions => ({
  ...(set === undefined ? {} : { set }),
  ...(profile === undefined ? {} : { profile }),
  ...(smoke === undefined ? {} : { smoke }),
  ...(pluginCode === undefined ? {} : { pluginCode }),
});

import { quoted, type RunEntry } from './entry.ts';

/** What only `ichor/run` says, to the program that calls it. */
export const library: readonly RunEntry[] = [
  {
    code: 'wrong-option',
    severity: 'error',
    title: 'A function of the library was called with something that it does not take',
    why: 'An option has another name or another type, or what stands in the place of a recipe, a run or a folder is none. A program without types learns it before anything is done.',
    fix: 'Follow the hint; docs/library.md lists what each function takes.',
    example: quoted(
      "await run('recipe.yaml', { treads: 2 })",
      'run() has no option treads.',
      'Did you mean threads? Its options are cwd, set, profile, smoke, pluginCode, store, engine, threads, eager, trustSizes, identityKey, onEvent, signal, exact, until, paths.',
    ),
  },
  {
    code: 'recipe-invalid',
    severity: 'error',
    title: 'A recipe that a program wanted to load or to run is not in order',
    why: 'The message is the first of the findings; the error holds all of them, each with its file, line and hint, in `diagnostics`.',
    fix: 'Mend the recipe. `check()` of ichor/run gives the findings without an error, `ichor check RECIPE` shows them with the lines around.',
    example: quoted(
      "await loadRecipe('recipe.yaml')",
      'The recipe is not in order: /home/anna/recipe.yaml:4: There is no backbone `resnet`. (and 2 more errors)',
    ),
  },
  {
    code: 'aborted',
    severity: 'error',
    title: 'What was going on was ended by whoever began it',
    why: 'The AbortSignal that was given with the call was sent, or, in an answer of `--json`, somebody interrupted the command.',
    fix: 'Nothing that was finished is lost: the same call goes on from there.',
    example: quoted(
      "await run('recipe.yaml', { signal: AbortSignal.timeout(60_000) })",
      'It was aborted by its caller.',
      'Nothing that was finished is lost: the same call goes on from here.',
    ),
  },
];

import { quoted, type RunEntry } from './entry.ts';

/** For authors of components and recipes. */
export const components: readonly RunEntry[] = [
  {
    code: 'component-taken',
    severity: 'error',
    title: 'Two components of a kind have one name',
    why: 'A registry that a program makes of components was given two of the same kind and name. (Of plugins in a recipe it is told as `plugin-taken`.)',
    fix: 'Rename one of them; a plugin of your own puts a prefix before its names: `acme/…`.',
    example: quoted(
      'node my-program.js',
      'Two components of the kind window are named linear.',
      'Rename one of them; a plugin of your own puts a prefix before its names: acme/…',
    ),
  },
  {
    code: 'contract-broken',
    severity: 'error',
    title: 'A component breaks the contract of its kind',
    why: '`testComponent` of `ichor/testing` tried the component and found that it does not do what its kind promises. Each line of the message is one check.',
    fix: 'Each line says what to change; the docstrings of the kind say what it promises.',
    example: quoted(
      'npx vitest run',
      'The window acme/soft breaks the contract of its kind (one problem):\n- scale: scale(80) gives 1.7, and a window gives 0 to 1',
      'Each line says what to change. What each kind promises stands in the docstrings of `ichor`.',
    ),
  },
  {
    code: 'component-holds',
    severity: 'error',
    title: 'A function of a component does not return',
    why: 'One call of a function that gives a number (a window’s `scale`, a schedule’s `factor`) has taken half a minute: a loop without an end, most likely. It holds the program, so that no other message could come and no signal would be heard.',
    fix: 'Mend the component; a test with `testComponent` of `ichor/testing` shows it. Where it is slow on purpose: `ICHOR_PLUGIN_SECONDS`.',
    example: quoted(
      'ichor run recipe.yaml',
      'The window acme/soft has been in one call of scale() for 30 s: it holds the program, and most likely never returns.',
      'Look at soft.ts. Slow on purpose: set ICHOR_PLUGIN_SECONDS. What was finished is kept.',
    ),
  },
  {
    code: 'ended-early',
    severity: 'error',
    title: 'Something ended the process in the middle of a command',
    why: 'Code of a component called `process.exit` while the command ran. Without this message it would have ended with its status and without a word, as if all were done.',
    fix: 'Tell the plugin’s author: a component throws an error and ends nothing.',
    example: quoted(
      'ichor run recipe.yaml',
      'Something called process.exit(0) before the command was done.',
      'A component of a plugin, most likely: an error is thrown, not an end. What was finished is kept.',
    ),
  },
  {
    code: 'late-failure',
    severity: 'error',
    title: 'Code of a plugin failed after its work was done',
    why: 'While a recipe was checked something failed that nobody waited for: a timer or a promise, most likely of a plugin, which it started when it was loaded.',
    fix: 'Tell the plugin’s author: a component starts nothing by itself. `--no-plugin-code` checks without running it.',
    example: quoted(
      'ichor check recipe.yaml',
      'Something failed outside of what was being checked: connect ECONNREFUSED 127.0.0.1:9000',
      'A timer or a promise of a plugin, most likely, which it started and did not wait for.',
    ),
  },
  {
    code: 'name-invalid',
    severity: 'error',
    title: 'This cannot be the name of a component or plugin',
    why: 'A component of your own has a prefix and a name, so that it never collides with others; a plugin package’s name gives the prefix.',
    fix: 'Use lower case, words joined by hyphens: `acme/soft-window`, `ichor-plugin-acme`.',
    example: { commands: ['ichor new component window SoftWindow'] },
  },
  {
    code: 'not-migrated',
    severity: 'error',
    title: 'A recipe could not be brought to this version',
    why: '`ichor migrate` rewrites old keys and proves that the new text says what it should. Here it would not, so the file was left as it is.',
    fix: 'Change it by hand; `ichor check` names the keys.',
    example: quoted(
      'ichor migrate old.yaml',
      'old.yaml was left as it is: train.batch would not say what it should.',
      'Change it by hand; ichor check names the keys.',
    ),
  },
];

import { type Entry, more, SMALL, small } from './entry.ts';

/** `--set` and `--profile`, and the profiles of a recipe. */
export const commandLine: readonly Entry[] = [
  {
    code: 'set-syntax',
    severity: 'error',
    title: 'An argument of --set is no path=value',
    why: '`--set` takes a path of the recipe, an equals sign and a value in YAML.',
    fix: 'Write `--set train.backbone.epochs=2`. A value with spaces or brackets stands in quotes of the shell; `path=null` removes a value.',
    example: { recipe: SMALL, set: ['train.backbone.epochs'] },
  },
  {
    code: 'path-not-expanded',
    severity: 'error',
    title: 'A path holds what only a shell fills in',
    why: 'A leading `~/` is your home folder wherever a path of data, or one of the command line, is stated. Variables (`$HOME`, `%USERPROFILE%`) and the homes of others (`~anna`) are not filled in, and a folder of that very name is not there.',
    fix: 'Write the whole path, or start it with `~/`. On the command line double quotes let the shell fill variables in: `--set "data.source.root=$HOME/data"`.',
    example: { recipe: small(['root: data/rsna', 'root: $HOME/rsna']) },
  },
  {
    code: 'set-path',
    severity: 'error',
    title: 'Nothing can be set at this path',
    why: 'A path of `--set` or of a sweep is not known to the recipe with its final types. It is told rather than added as a key that nobody reads.',
    fix: 'Take the nearest path of the hint; `ichor explain RECIPE` shows all of them.',
    example: { recipe: SMALL, set: ['train.backbone.epoch=2'] },
  },
  {
    code: 'set-index',
    severity: 'error',
    title: 'A list has no such item',
    why: 'An index in a path counts from 0 and names an item that is there.',
    fix: 'Use an index that exists, or set the whole list: `--set "channels=[brain, bone]"`.',
    example: { recipe: SMALL, set: ['channels[1]=bone'] },
  },
  {
    code: 'set-twice',
    severity: 'error',
    title: 'The command line sets one path to two values',
    why: 'Only one of the two could be in the recipe. Which one was meant is not known: a line is often called again with a change at its end, and as often two lines are put together. The same value twice is fine, and so are two blocks that say different things.',
    fix: 'Take one of the two out.',
    example: { recipe: SMALL, set: ['seed=1', 'seed=2'] },
  },
  {
    code: 'set-reserved',
    severity: 'error',
    title: 'This cannot be set from the command line',
    why: 'What a file is (its language, what it extends, its plugins) and what marks a run are not values that an option changes in passing.',
    fix: 'The hint names the way: a file of two lines that extends both, or an option of its own.',
    example: { recipe: SMALL, set: ['smoke=false'] },
  },
  {
    code: 'unknown-path',
    severity: 'error',
    title: 'The recipe has no value at this path',
    why: '`ichor explain RECIPE PATH` shows one value and everything that set it, and nothing stands at this path of the resolved recipe.',
    fix: 'Take the nearest path of the hint; without a path `ichor explain` shows all of them.',
    example: { recipe: SMALL, command: 'explain', argument: 'train.backbone.epoch' },
  },
  {
    code: 'unknown-profile',
    severity: 'error',
    title: 'The recipe has no such profile',
    why: '`--profile` names a part under `profiles:` of the recipe or of a base. `smoke` is always there.',
    fix: 'Take one of the names of the hint, or add the profile.',
    example: { recipe: more('profiles:\n  short: { train: { backbone: { epochs: 1 } } }\n'), profile: ['shrot'] },
  },
  {
    code: 'profile-taken',
    severity: 'error',
    title: 'A profile has the name of a built-in one',
    why: '`smoke` is the profile of every recipe that goes through all stages with next to no data. A second meaning would make its mark a lie. `full` is what a table calls itself without a profile.',
    fix: 'Choose another name.',
    example: { recipe: more('profiles:\n  smoke: { seed: 1 }\n') },
  },
  {
    code: 'profile-reserved',
    severity: 'error',
    title: 'A profile sets what belongs to the file',
    why: 'A profile is a part of a recipe that is merged when it is chosen. What the file extends, its plugins and its sweep are read before that.',
    fix: 'Move the key to the top of the file, or make a recipe of its own that extends this one.',
    example: { recipe: more('profiles:\n  other: { extends: other.yaml }\n') },
  },
  {
    code: 'track-value',
    severity: 'error',
    title: '`--track` gives a value to a tracker that takes none',
    why: '`--track NAME=VALUE` sets the one parameter that a tracker names for it (`ichor describe tracker NAME`). This one names none.',
    fix: 'Say `--track NAME` alone; parameters stand in the recipe, under `tracking`.',
    example: {
      recipe: more('plugins: [./bell.mjs]\n'),
      files: {
        'bell.mjs': `import { defineTracker, Type } from 'ichor';
export default defineTracker({
  name: 'acme/bell',
  version: 1,
  summary: 'Rings.',
  params: Type.Object({}),
  contract: () => ({}),
  send: () => Promise.resolve(null),
});
`,
      },
      track: ['acme/bell=loud'],
      besides: ['plugin-code'],
    },
  },
];

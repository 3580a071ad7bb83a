/** docs/commands.md out of the command's own program: what `--help` says, on one page. */

const GENERATED = '<!-- Written by scripts/docs/commands.mjs from src/cli/program. -->';

/**
 * @param {{ ichor: import('commander').Command, leaves: { command: import('commander').Command, words: string }[],
 *   contents: { title: string, commands: string[] }[], statuses: string[][], called: string,
 *   examples: (words: string) => string[] }} what
 */
export function commandsPage({ ichor, leaves, contents, statuses, called, examples }) {
  const groups = contents.map(({ title, commands }) => ({
    title,
    leaves: leaves.filter(({ words }) => commands.includes(words.split(' ')[0])),
  }));
  return `${[
    GENERATED,
    '# Commands',
    INTRODUCTION(called),
    contentsTable(groups),
    '## What holds for all of them',
    `- **A RUN** is named in one of three ways. ${RUN}`,
    `- **Paths** ${PATHS}`,
    `- **Stopped and started again.** ${RESUME}`,
    `- **JSON.** ${JSON_ANSWERS}`,
    '- **Exit status**, for scripts:',
    rows(['status', 'meaning'], statuses),
    ...groups.flatMap((group) => [
      `## ${group.title}`,
      ...group.leaves.flatMap((leaf) => section(ichor, leaf, examples(leaf.words))),
    ]),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = (called) =>
  `In a clone, and in a project that installed the package, a command is called as \`${called} COMMAND\`; from elsewhere, see
[installing.md](installing.md). \`--help\` after any command says what stands here, \`ichor --version\` says the version. What a command needs
it loads when it is called: \`check\` and \`--help\` start no engine.`;

const RUN = `\`quickstart-3\` is that run. \`quickstart\`, a recipe's name, is its
  newest finished run as the recipe's file stands: one that was made without \`--set\` or a profile (seeds aside), no smoke run while there is another; only where there is none such, the newest of the
  others. A folder is the run in it, of another store too. The command says which run it took, of how many, and what was set for it.`;

const PATHS = `on the command line start at the working directory, those of \`--set\` too; a recipe's data and \`.ichor\` at the
  workspace, the nearest folder upwards with a package.json (where there is none, the working directory); \`extends\` and \`plugins\` at the
  file that states them.`;

const RESUME = `A run, table or sweep that was killed or stopped with Ctrl-C goes on where it was when the same command is called
  again. Nothing is computed twice, across recipes too. \`--smoke\` takes any recipe through every stage with next to no data and training.`;

const JSON_ANSWERS = `With \`--json\` a command answers with one object on standard output, and with nothing else there; progress, warnings and
  errors in words go to standard error as ever. The object starts with \`ichor\` (the version), \`command\` (\`runs list\`) and \`ok\` (whether the exit status is 0);
  where it failed, \`failure\` has \`code\`, \`message\` and \`hint\`, and a recipe that is not in order adds \`diagnostics\`. The rest are the objects of
  [the library](library.md). Fields are added in later versions, and none changes its meaning. \`--format json\` of \`check\`, \`plan\`, \`diff\` and \`submission check\` says the
  same without what stands at the start.`;

function contentsTable(groups) {
  const lines = groups.flatMap(({ title, leaves }) =>
    leaves.map(({ command, words }, at) => [
      at === 0 ? `**${title}**` : '',
      `[\`${words}\`](#ichor-${words.replaceAll(' ', '-')})`,
      command.description(),
    ]),
  );
  return rows(['', 'command', 'what it does'], lines);
}

function section(ichor, { command, words }, examples) {
  const help = ichor.createHelp();
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => [`\`${option.flags}\``, choicesOf(option), defaultOf(option)]);
  const args = help
    .visibleArguments(command)
    .map((argument) => [`\`${termOf(argument)}\``, argument.description, defaultOf(argument)]);
  return [
    `### \`ichor ${words}\``,
    sentence(command.description()),
    fenced(`ichor ${words} ${usageOf(args, options)}`.trimEnd()),
    ...(args.length > 0 ? [rows(['argument', 'what it is', 'default'], args)] : []),
    ...(options.length > 0 ? [rows(['option', 'what it does', 'default'], options)] : []),
    ...(examples.length > 0 ? [fenced(examples.join('\n'))] : []),
  ];
}

function usageOf(args, options) {
  const terms = args.map(([term]) => term.replaceAll('`', ''));
  return [...terms, ...(options.length > 0 ? ['[options]'] : [])].join(' ');
}

function termOf(argument) {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function choicesOf({ description, argChoices }) {
  return argChoices ? `${description} (${argChoices.map((choice) => `\`${choice}\``).join(', ')})` : description;
}

/** Of a switch nothing: it is off, and `--no-` has a default of its own that says nothing. */
function defaultOf({ defaultValue, defaultValueDescription }) {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  return defaultValue === undefined || typeof defaultValue === 'boolean' ? '' : `\`${defaultValue}\``;
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function fenced(text) {
  return `\`\`\`\n${text}\n\`\`\``;
}

/** A column at the end that is empty in every row is left out. */
function rows(head, lines) {
  const columns = lines.every((cells) => cells.at(-1) === '') ? head.length - 1 : head.length;
  const line = (cells) =>
    `| ${cells
      .slice(0, columns)
      .map((cell) => String(cell).replaceAll('|', '\\|'))
      .join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

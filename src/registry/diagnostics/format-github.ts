import type { Diagnostic, Severity } from './diagnostic.ts';
import { relativeFile } from './relative-file.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Findings as workflow commands of GitHub Actions, which become annotations at the lines of a pull request:
 * `::error file=a.yaml,line=3,col=5,title=unknown-key::message`. Escaped as the runner reads them
 * (actions/toolkit, packages/core/src/command.ts).
 */
export function formatGithub(diagnostics: readonly Diagnostic[], { cwd }: { cwd: string }): string {
  return diagnostics.map((diagnostic) => annotation(diagnostic, cwd)).join('\n');
}

function annotation({ code, severity, file, line, column, message, hint }: Diagnostic, cwd: string): string {
  const place: [string, string | number][] = [
    ...(file.startsWith('--') ? [] : [['file', relativeFile(file, cwd)] satisfies [string, string]]),
    ...(line > 0 && !file.startsWith('--')
      ? ([
          ['line', line],
          ['col', column],
        ] satisfies [string, number][])
      : []),
    ['title', code],
  ];
  const properties = place.map(([name, value]) => `${name}=${property(String(value))}`).join(',');
  const from = file.startsWith('--') ? `${file}: ` : '';
  return `::${COMMANDS[severity]} ${properties}::${data(`${from}${plain(message)}${hint ? `\nhint: ${plain(hint)}` : ''}`)}`;
}

/** Nothing of a recipe starts a line of its own, which could be a command. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ');
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

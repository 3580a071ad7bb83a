import { stringify } from 'yaml';

/** A comment over the first line of this form. */
export type Remark = readonly [line: RegExp, text: string];

/** Objects as YAML that a person reads: scripts line by line, remarks over the lines that they are of. */
export function yamlOf(object: object, remarks: readonly Remark[]): string {
  const left = new Set(remarks);
  return stringify(object, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false })
    .split('\n')
    .flatMap((line) => {
      const found = [...left].filter(([form]) => form.test(line));
      for (const one of found) left.delete(one);
      const indent = /^ */.exec(line)?.[0].length ?? 0;
      return [...found.map(([, text]) => `${' '.repeat(indent)}# ${text}`), line];
    })
    .join('\n');
}

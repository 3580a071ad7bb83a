import { styleText } from 'node:util';

const colours = process.env.NO_COLOR === undefined && (process.stderr.isTTY || process.env.FORCE_COLOR !== undefined);
const style = (format: Parameters<typeof styleText>[0]) => (text: string) => (colours ? styleText(format, text) : text);

/** Colours where the terminal shows them, plain text elsewhere. */
export const paint = {
  red: style('red'),
  yellow: style('yellow'),
  green: style('green'),
  dim: style('dim'),
  bold: style('bold'),
};

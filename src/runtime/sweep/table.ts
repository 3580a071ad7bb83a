import { isAbsolute, win32 } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { Plain } from '../../registry/values/value.ts';
import { decimals } from '../evaluate/shown.ts';
import type { SweepLedger } from '../runs/points-ledger.ts';
import { machineNotes } from '../store/machines.ts';
import type { Cell, ResultRow, SweepResults } from './results.ts';

/** Rows of text, the first of them titles: for a terminal, for Markdown and for the page. */
/** Which way a figure gets better. */
const ARROWS = { lower: '↓', higher: '↑' } as const;

export function sweepTable(results: SweepResults): string[][] {
  const titles = [...results.axes, 'runs', ...results.figures.map(({ name, better }) => `${name} ${ARROWS[better]}`)];
  return [titles, ...results.rows.map((row) => rowText(row, results))];
}

function rowText(row: ResultRow, { axes, figures }: SweepResults): string[] {
  const runs = `${row.done} of ${row.total}${row.failed > 0 ? `, ${row.failed} failed` : ''}`;
  return [
    ...axes.map((path) => valueText(row.values[path])),
    runs,
    ...figures.map(({ name }) => cellText(row.cells[name])),
  ];
}

/** `sequence.cells 64, seed 1` */
export function settingText(values: Readonly<Record<string, Plain>>, seed: number | null): string {
  const words = Object.entries(values).map(([path, value]) => `${path} ${shared(path, value)}`);
  return [...words, ...(seed === null ? [] : [`seed ${seed}`])].join(', ') || 'as stated';
}

/** A page is shared, and where on this machine the data lie is nobody else's: it affects no result. */
function shared(path: string, value: Plain): string {
  const at = ROOT.findIndex((_, i) => ROOT.slice(0, i + 1).join('.') === path);
  return valueText(at < 0 ? value : withoutMachine(value, ROOT.slice(at + 1)));
}

const ROOT = ['data', 'source', 'root'];

function withoutMachine(value: Plain, [first, ...rest]: readonly string[]): Plain {
  if (first === undefined)
    return typeof value === 'string' && (isAbsolute(value) || win32.isAbsolute(value) || value.startsWith('~'))
      ? "(this machine's)"
      : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, first)) return value;
  const map = value as { readonly [key: string]: Plain };
  return { ...map, [first]: withoutMachine(map[first] ?? null, rest) };
}

export function valueText(value: Plain | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `0.1234 ± 0.0056`; counts where a number would rest on too few. */
export function cellText(cell: Cell | undefined): string {
  if (!cell || cell.runs === 0) return '';
  if (cell.counts !== null) return cell.counts;
  if (cell.mean === null) return 'not defined';
  return cell.deviation === null ? decimals(cell.mean) : `${decimals(cell.mean)} ± ${decimals(cell.deviation)}`;
}

/** What has to be known beside the figures. */
export function sweepNotes({ rows, made }: Pick<SweepResults, 'rows' | 'made'>): string[] {
  const several = rows.some(({ total }) => total > 1);
  return [
    'Validation side, final model. Whoever chooses a setting by these figures has seen them: they are optimistic for it.',
    '↓: lower is better, ↑: higher is better.',
    ...(several ? ['Mean ± sample standard deviation over the runs of a row, which differ in their seed.'] : []),
    ...machineNotes(made),
  ];
}

export function sweepMarkdown(results: SweepResults): string {
  const [titles = [], ...rows] = sweepTable(results).map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const title = [...results.marks, `Sweep ${results.name}`].join(' · ');
  const table = [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
  return `# ${title}\n\n${table}\n\n${sweepNotes(results).join('\n')}\n`;
}

/** A row for each point, with every figure that it has, at full precision. */
export function sweepCsv(ledger: SweepLedger, results: SweepResults): string {
  const names = [...new Set([...results.points.values()].flatMap(({ figures }) => figures.map(({ name }) => name)))];
  const titles = ['point', ...results.axes, 'seed', 'state', 'run', 'seconds', 'marks', 'patients', ...names, 'error'];
  const rows = ledger.points.map((point) => {
    const own = results.points.get(point.name);
    const figure = (name: string) => own?.figures.find((one) => one.name === name)?.value ?? '';
    return [
      point.name,
      ...results.axes.map((path) => valueText(point.values[path])),
      point.seed ?? '',
      point.status,
      point.run ?? '',
      point.seconds ?? '',
      own ? results.marks.join(' ') : '',
      own?.patients ?? '',
      ...names.map(figure),
      point.error ?? '',
    ];
  });
  return stringify([titles, ...rows]);
}

import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { LabelsTable } from '../artifacts/known-labels.ts';
import { machineNotes } from '../store/machines.ts';
import { madeOnText } from '../store/made-on.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

/** `0 for all that is drawn, 7 for the backbone, 0 for data and split` */
function seedsText({ seed, train, data }: ResolvedRecipe): string {
  const own = train.backbone.seed === undefined ? [] : [`${train.backbone.seed} for the backbone`];
  return [`${seed} for all that is drawn`, ...own, `${data.seed} for data and split`].join(', ');
}

export function provenance({ recipe, page, stages, marks, judged }: RunData): Section {
  const facts: [string, string][] = [
    ['Recipe', page.recipeHash],
    ['Seeds', seedsText(recipe)],
    ['Engine', page.engine ? `${page.engine.kind}, ${page.engine.version}` : 'none ran'],
    ['Data', dataKey(stages)],
    ...(judged.table === null ? [] : [['Labels', labelsText(judged.table)] as [string, string]]),
    ...Object.entries(page.versions).filter(([name]) => isOwn(name)),
  ];
  const packages = Object.entries(page.versions).filter(([name]) => !isOwn(name));
  const made = stages.flatMap(({ id, manifest }) =>
    manifest?.machine ? [{ what: id, machine: manifest.machine }] : [],
  );
  return {
    id: 'provenance',
    title: 'Provenance',
    body: html`${factsList(facts)}
${packages.length > 0 && html`<details><summary>Versions of ${packages.length} npm ${packages.length === 1 ? 'package' : 'packages'}</summary>${factsList(packages)}</details>`}
<p>A key is the SHA-256 of what went into an artifact: the stage’s part of the recipe, its components’ versions, the keys of what it read, the seed where it draws, and the engine where it runs a model.</p>
${dataTable(
  marked(marks, 'Stages'),
  [
    { title: 'stage' },
    { title: 'key', code: true },
    { title: 'components', wrap: true },
    { title: 'engine' },
    { title: 'time', number: true },
    { title: 'peak memory', number: true },
  ],
  stages.map(({ id, key, manifest }) => [
    id,
    html`<span title="${key}">${key.slice(0, 16)}</span>`,
    Object.entries(manifest?.components ?? {})
      .map(([name, version]) => `${name} v${version}`)
      .join(', ') || '–',
    manifest?.engine
      ? `${manifest.engine.kind} ${manifest.engine.version}${manifest.machine ? `, ${madeOnText(manifest)}` : ''}`
      : '–',
    manifest ? duration(manifest.seconds) : '–',
    manifest && manifest.peakBytes > 0 ? `${(manifest.peakBytes / 1e6).toFixed(0)} MB` : '–',
  ]),
)}
${machineNotes(made).map((note) => html`<p class="note">${note}</p>`)}`,
  };
}

const labelsText = ({ hash, rows }: LabelsTable): string =>
  `a table of ${rows.toLocaleString('en-GB')} ${rows === 1 ? 'label' : 'labels'}, ${hash}`;

/** What somebody reads first; the packages below them are for whoever looks for one. */
const isOwn = (name: string): boolean => name === 'ichor' || name === 'node';

const factsList = (facts: readonly (readonly [string, string])[]): Html =>
  html`<dl class="facts-list">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd class="id">${value}</dd></div>`)}</dl>`;

/** The key of index carries the fingerprint of every header and of the labels file; that of source, what generated them. */
function dataKey(stages: RunData['stages']): string {
  return stages.find(({ id }) => id === 'index')?.key ?? 'no index';
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

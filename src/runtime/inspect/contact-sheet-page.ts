import { count } from '../evaluate/summary-table.ts';
import { type Html, html } from '../report/html.ts';
import { marked } from '../report/section.ts';
import { renderShell } from '../report/shell.ts';
import type { ContactSheet, SheetSeries, SheetSlice } from './contact-sheet.ts';

export interface SheetPage {
  sheet: ContactSheet;
  /** Ids are hashes: of them the page has the first digits alone. */
  hashed: boolean;
  version: string | null;
}

/** Digits of a private name that are shown: `ichor data whois` takes them. */
const SHORT = 8;

/** The sheet as a page that stands alone. It names no file and no folder. */
export function contactSheetPage({ sheet, hashed, version }: SheetPage): string {
  const { series, more } = sheet;
  const marks = sheet.synthetic ? ['SYNTHETIC'] : [];
  const id = (name: string) => (hashed ? name.slice(0, SHORT) : name);
  const slices = series.reduce((sum, one) => sum + one.slices.length, 0);
  return renderShell({
    kind: 'contact sheet',
    name: 'Contact sheet',
    marks,
    leads: [
      `${count(slices, 'slice')} of ${series.length.toLocaleString('en-GB')} series that a run would use, each in the windows of the recipe, from the lowest to the highest.${more > 0 ? ` ${more.toLocaleString('en-GB')} more series are not shown: name fewer files.` : ''}`,
      ...(sheet.synthetic
        ? ['The pictures are generated: they are of nobody.']
        : [
            `Pictures of a head are personal data, whatever stands beside them: thin head CT shows a face.${hashed ? ' Ids are keyed hashes; who has key and data can tell what they stand for: ichor data whois.' : ''}`,
          ]),
    ],
    scores: false,
    top: null,
    sections: [
      {
        id: 'series',
        title: 'Series',
        body:
          series.length === 0
            ? html`<p>No series would be used: nothing is shown.</p>`
            : html`${series.map((one, i) => card(one, { i, id, marks: one.synthetic ? ['SYNTHETIC'] : [], size: sheet.size }))}`,
      },
    ],
    version,
  });
}

interface CardOptions {
  i: number;
  id: (name: string) => string;
  marks: readonly string[];
  size: number;
}

function card({ series: one, slices }: SheetSeries, { i, id, marks, size }: CardOptions): Html {
  const facts = [
    count(one.slices, 'slice'),
    ...(one.spacingMm === null ? [] : [`${one.spacingMm.toFixed(2).replace(/\.?0+$/, '')} mm apart`]),
    ...(one.plane === null ? [] : [one.plane]),
    `${one.pixels} pixels`,
    ...(one.kernel === null ? [] : [`kernel ${one.kernel}`]),
    one.syntax,
    ...(one.rank === null ? [] : [`rank ${one.rank} of its study`]),
  ].filter((fact) => fact !== '');
  const heading = `Patient ${id(one.patient)} · study ${id(one.study)} · series`;
  return html`<article class="card" aria-labelledby="s${i}-h">
<h3 id="s${i}-h">${marked(marks, heading)} <span class="id">${id(one.series)}</span></h3>
<p class="facts">${facts.join(' · ')}${one.doubts.length > 0 && html` · <b>doubtful: ${one.doubts.join('; ')}</b>`}</p>
<div class="sheet">${slices.map((slice) => figure(slice, { marks, size }))}</div>
</article>
`;
}

function figure({ row, images, problem }: SheetSlice, { marks, size }: Pick<CardOptions, 'marks' | 'size'>): Html {
  const where = `place ${row.order}${row.positionMm === null ? '' : `, ${row.positionMm.toFixed(1)} mm`}`;
  const alt = (channel: string) => marked(marks, `Slice at ${where}, in ${channel}`);
  return html`<figure class="slice"><figcaption>${where}</figcaption>
${
  problem === null
    ? html`<div class="windows">${images.map(({ channel, window, url }) => html`<div><img src="${url}" width="${size}" height="${size}" alt="${alt(channel)}"><span>${channel}${window !== null && html` <small>${window}</small>`}</span></div>`)}</div>`
    : html`<p class="note">No picture: ${problem}.</p>`
}
</figure>`;
}

import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type Html, html } from '../report/html.ts';
import type { FigureSlice } from './figure-slice.ts';
import { markOn } from './mark.ts';
import { INKS, round, svgDocument, type TextBlock, textBlock } from './svg.ts';
import { type WindowPictures, windowPictures } from './window-pictures.ts';

const PANEL = 260;
const SPACE = 20;
const MARGIN = 28;
const COLUMNS = 3;
const WIDTH = 2 * MARGIN + COLUMNS * PANEL + (COLUMNS - 1) * SPACE;

/** The paper's figures 1 and 2 of a recipe: one slice through each of its windows, and as the picture that its channels make. Throws `slice-unusable`. */
export const windowsFigure = async (recipe: ResolvedRecipe, registry: Registry, slice: FigureSlice): Promise<string> =>
  drawnWindows(await windowPictures(recipe, registry, slice));

export function drawnWindows({ name, synthetic, windows, composed }: WindowPictures): string {
  const mark = synthetic ? 'SYNTHETIC' : '';
  const colours = ['red', 'green', 'blue'];
  const { channels, size, interpolation } = composed;
  const channelWords =
    channels.length === 1 ? `${channels[0]} alone` : channels.map((one, i) => `${one} as ${colours[i]}`).join(', ');
  const panels = [
    ...windows.map((one) => ({
      url: one.url,
      title: one.name,
      of: channelOf(one.channel),
      text: one.window,
    })),
    {
      url: composed.url,
      title: 'as the network is given it',
      of: null,
      text: `${channelWords}; ${size} × ${size}, resized ${interpolation}`,
    },
  ];
  const parts: Html[] = [];
  const heading: TextBlock[] = [
    { text: [...(mark ? [mark] : []), name].join(' · '), style: { size: 20, bold: true } },
    {
      text: 'One slice through each window of the recipe, and as its channels compose it. Research software; not for diagnosis, triage or any decision about a patient.',
      style: { size: 12 },
      ink: INKS.muted,
    },
  ];
  const head = textBlock(heading, { x: MARGIN, y: MARGIN, width: WIDTH - 2 * MARGIN });
  parts.push(head.svg);
  let y = MARGIN + head.height + 14;
  for (let from = 0; from < panels.length; from += COLUMNS) {
    let height = 0;
    panels.slice(from, from + COLUMNS).forEach(({ url, title, of, text }, i) => {
      const x = MARGIN + i * (PANEL + SPACE);
      const caption = textBlock(
        [
          { text: title, style: { size: 13, bold: true } },
          ...(of === null ? [] : [of]),
          { text, style: { size: 12 }, ink: INKS.muted },
        ],
        { x, y: y + PANEL + 6, width: PANEL },
      );
      parts.push(html`<image x="${round(x)}" y="${round(y)}" width="${PANEL}" height="${PANEL}" href="${url}"/>
${mark && markOn(mark, { x, y, side: PANEL })}${caption.svg}`);
      height = Math.max(height, PANEL + 6 + caption.height);
    });
    y += height + 18;
  }
  const label = `One slice through the windows of ${name}`;
  return svgDocument(WIDTH, y - 18 + MARGIN, mark ? `${mark} · ${label}` : label, html`${parts}`);
}

/** A recipe may name windows that its channels do not use: the figure shows them, and must not pass them for inputs. */
const channelOf = (channel: number | null): TextBlock =>
  channel === null
    ? { text: 'not a channel of this recipe', style: { size: 12 }, ink: INKS.muted }
    : { text: `channel ${channel}`, style: { size: 12, bold: true }, ink: INKS.mark };

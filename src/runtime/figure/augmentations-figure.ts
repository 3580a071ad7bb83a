import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { openEngine } from '../engine/open.ts';
import { type Html, html } from '../report/html.ts';
import { type AugmentationPictures, augmentationPictures } from './augmentation-pictures.ts';
import { withEveryAugmentation } from './every-augmentation.ts';
import type { FigureSlice } from './figure-slice.ts';
import { markOn } from './mark.ts';
import { INKS, round, svgDocument, type TextBlock, textBlock } from './svg.ts';

const PANEL = 136;
const SPACE = 10;
const MARGIN = 28;
const WORDS = 190;

/**
 * A slice as it is, and below it a row of draws for each augmentation of the recipe, and for all of them together as training draws them; with
 * `all` for each that is registered. Drawn by the WASM engine: the same on every machine, whichever it has. Throws `slice-unusable`.
 */
export async function augmentationsFigure(
  recipe: ResolvedRecipe,
  registry: Registry,
  slice: FigureSlice,
  { draws, all }: { draws: number; all: boolean },
): Promise<string> {
  const engine = await openEngine('wasm');
  const [first, ...more] = await Promise.all(
    (all ? await withEveryAugmentation(recipe, registry) : [recipe]).map((one) =>
      augmentationPictures(one, registry, slice, { engine, draws, together: !all }),
    ),
  );
  // A list that is never empty.
  const pictures = first as AugmentationPictures;
  return drawn({ ...pictures, rows: [pictures, ...more].flatMap(({ rows }) => rows) }, all);
}

function drawn({ name, synthetic, size, plain, rows }: AugmentationPictures, all: boolean): string {
  const mark = synthetic ? 'SYNTHETIC' : '';
  const draws = Math.max(...rows.map(({ urls }) => urls.length), 1);
  // Of one draw alone its title would be broken.
  const width = 2 * MARGIN + WORDS + Math.max(draws, 2) * (PANEL + SPACE);
  const title = all ? 'every augmentation, with its defaults' : name;
  const head = textBlock(
    [
      { text: [...(mark ? [mark] : []), title].join(' · '), style: { size: 20, bold: true } },
      {
        text: `One slice of ${size} × ${size} as each augmentation alone changes it, drawn ${draws === 1 ? 'once' : `${draws} times`}.${all ? '' : ' At the end all of them as training draws them, each with its probability.'} Research software; not for diagnosis, triage or any decision about a patient.`,
        style: { size: 12 },
        ink: INKS.muted,
      },
    ],
    { x: MARGIN, y: MARGIN, width: width - 2 * MARGIN },
  );
  const parts: Html[] = [head.svg];
  let y = MARGIN + head.height + 14;
  const row = (blocks: readonly TextBlock[], urls: readonly string[]) => {
    const words = textBlock(blocks, { x: MARGIN, y: y + 4, width: WORDS - 16 });
    const pictures = urls.map((url, i) => {
      const x = MARGIN + WORDS + i * (PANEL + SPACE);
      return html`<image x="${round(x)}" y="${round(y)}" width="${PANEL}" height="${PANEL}" href="${url}"/>
${mark && markOn(mark, { x, y, side: PANEL, size: 7 })}`;
    });
    parts.push(html`${words.svg}${pictures}`);
    y += Math.max(PANEL, words.height) + SPACE;
  };
  const titled = (text: string, params: string): TextBlock[] => [
    { text, style: { size: 13, bold: true } },
    ...(params === '' ? [] : [{ text: params, style: { size: 12 }, ink: INKS.muted }]),
  ];
  row(titled('as it is', ''), [plain]);
  for (const { name, params, urls } of rows) row(titled(name ?? 'all of them', params), urls);
  const label = all ? 'Every augmentation, with its defaults' : `The augmentations of ${name}`;
  return svgDocument(width, y - SPACE + MARGIN, mark ? `${mark} · ${label}` : label, html`${parts}`);
}

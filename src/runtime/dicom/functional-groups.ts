import type { DataSet } from './data-set.ts';
import type { DicomHeader, FramePart, HeaderDoubt, HeaderProblem } from './header.ts';
import { HeaderNumbers } from './header-numbers.ts';

/** Shared and Per-frame Functional Groups Sequence. */
export const SHARED = 'x52009229';
export const PER_FRAME = 'x52009230';

/** The macros that are read (PS3.3 C.7.6.16.2), as `compactHeader` keeps them. */
const PLANE_POSITION = 'x00209113';
const PLANE_ORIENTATION = 'x00209116';
const PIXEL_MEASURES = 'x00289110';
const TRANSFORMATION = 'x00289145';
const CT_FRAME_TYPE = 'x00189329';
const FRAME_CONTENT = 'x00209111';
export const MACROS: readonly string[] = [
  PLANE_POSITION,
  PLANE_ORIENTATION,
  PIXEL_MEASURES,
  TRANSFORMATION,
  CT_FRAME_TYPE,
  FRAME_CONTENT,
];

/** What a header says of all frames, and what of it stands in functional groups where there are any. */
export type CommonPart = FramePart & Pick<DicomHeader, 'frames'>;

/**
 * What is said of each frame: its own group, else the shared one, else the root of the header. Where a file has several
 * frames, a place at its root is that of none of them.
 *
 * @param mixed is called where a group is written in another way than the data set.
 */
export function frameParts(set: DataSet, common: CommonPart, mixed: () => void): FramePart[] {
  const shared = set.items(SHARED)[0];
  const own = set.items(PER_FRAME);
  const one = common.frames === 1;
  const parts: FramePart[] = [];
  for (let i = 0; i < common.frames; i++) {
    const groups = [own[i], shared].filter((group) => group !== undefined);
    const macro = (tag: string): DataSet | null => groups.flatMap((group) => group.items(tag)[0] ?? [])[0] ?? null;
    // Of several frames those of the file are added where a frame is asked for: some are found later.
    const doubts: HeaderDoubt[] = one ? [...common.doubts] : [];
    let problem: HeaderProblem | null = null;
    const numbers = <T>(tag: string, read: (numbers: HeaderNumbers) => T): T | null => {
      const group = macro(tag);
      if (group === null) return null;
      const of = new HeaderNumbers(group, new Set());
      const found = read(of);
      problem ??= of.problem;
      doubts.push(...of.doubts);
      return found;
    };
    const vector = (tag: string, element: string, count: number) => numbers(tag, (of) => of.decimals(element, count));
    const rescale = numbers(TRANSFORMATION, (of) => of.rescale());
    const type = macro(CT_FRAME_TYPE)?.string('x00089007')?.toUpperCase();
    parts.push({
      position: (vector(PLANE_POSITION, 'x00200032', 3) as DicomHeader['position']) ?? (one ? common.position : null),
      orientation: (vector(PLANE_ORIENTATION, 'x00200037', 6) as DicomHeader['orientation']) ?? common.orientation,
      pixelSpacing: (vector(PIXEL_MEASURES, 'x00280030', 2) as DicomHeader['pixelSpacing']) ?? common.pixelSpacing,
      spacing: numbers(PIXEL_MEASURES, (of) => of.quietly('x00180088')) ?? common.spacing,
      slope: (rescale ?? common).slope,
      intercept: (rescale ?? common).intercept,
      imageType: type === undefined || type === '' ? common.imageType : type.split('\\').map((value) => value.trim()),
      instance: one ? common.instance : (macro(FRAME_CONTENT)?.uint32('x00209057') ?? i + 1),
      location: one ? common.location : null,
      // What the root says of the rescale counts only where no group says it.
      problem: problem ?? (rescale !== null && common.problem?.of === 'rescale' ? null : common.problem),
      doubts,
    });
    if (groups.some((group) => group.mixed || group.form.explicit !== set.form.explicit)) mixed();
  }
  return parts;
}

/** The header of one frame, 1-based. */
export function frameHeader(header: DicomHeader, frame: number): DicomHeader {
  const part = header.parts?.[frame - 1];
  return part === undefined ? header : { ...header, ...part, doubts: [...header.doubts, ...part.doubts] };
}

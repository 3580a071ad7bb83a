import { fileURLToPath } from 'node:url';
import { readFile } from '../../files/fs.ts';
import { THINNEST_MM } from '../../patient-rule.ts';
import { RESEARCH_NOTICE } from '../report/wording.ts';
import type { ExportFacts } from './facts.ts';
import type { Graph } from './onnx/graph.ts';

/** `example.py`: runs the file with onnxruntime; the whole one on DICOM files, a part on arrays. */
export async function pythonExample(facts: ExportFacts, graph: Pick<Graph, 'inputs'>): Promise<string> {
  const { part, run, marks, sentences, recipe } = facts;
  const { rule, slices, threshold } = recipe.evaluation.patient;
  const [first, ...more] = graph.inputs;
  const asksSpacing = graph.inputs.some(({ name }) => name === 'spacing_mm');
  const filled: Record<string, string> = {
    title: `${marks.length > 0 ? `${marks.join(', ')}: ` : ''}${run.name}`,
    notice: RESEARCH_NOTICE,
    head: JSON.stringify([...marks, ...sentences, RESEARCH_NOTICE].join('\n')),
    rule: `${rule}, ${slices} slices above ${threshold}`,
    // Of the first slice to the next one.
    spacing: asksSpacing ? ', "spacing_mm": spacing_mm' : '',
    thin: [
      ...(recipe.data.resample === null
        ? []
        : [
            `assert len(gaps) == 0 or np.median(gaps) >= ${THINNEST_MM}, "the model learned from slices of ${recipe.data.resample.spacingMm} mm"\n`,
          ]),
      ...(asksSpacing
        ? ['spacing_mm = np.concatenate([gaps[:1], gaps] if len(gaps) else [[0.0]]).astype(np.float32)\n']
        : []),
    ].join(''),
    input: part === 'backbone' ? 'pictures as the shards hold them' : `the ${first?.name} of one series`,
    file: `${(first?.name ?? '').toUpperCase()}.npy`,
    more: more.map(({ name }) => ` ${name.toUpperCase()}.npy`).join(''),
  };
  const file = new URL(`templates/${part === 'whole' ? 'whole' : 'part'}.py.template`, import.meta.url);
  const template = await readFile(fileURLToPath(file), 'utf8');
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => filled[name] as string);
}

import type { EditorSchema } from '../editor/editor-schema.ts';
import { keyOf, keysMessage, ofAny, ofComponent, ofKind } from '../editor/of-kind.ts';
import type { Registry } from '../registry.ts';
import { EXECUTOR_FILE } from './config.ts';

/** JSON Schema (draft-07) of a file for `--on-config`, for editors. */
export function executorSchema(registry: Registry): EditorSchema {
  const executors = registry.all().filter(({ kind }) => kind === 'executor');
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ichor executor',
    description: EXECUTOR_FILE.description,
    type: 'object',
    properties: {
      executor: { description: EXECUTOR_FILE.properties?.executor?.description, ...ofKind('executor', registry) },
    },
    required: ['executor'],
    additionalProperties: false,
    errorMessage: keysMessage('A file for --on-config', ['executor']),
    definitions: {
      'executor.any': ofAny('executor', registry),
      ...Object.fromEntries(executors.map((component) => [keyOf(component), ofComponent(component)])),
    },
  };
}

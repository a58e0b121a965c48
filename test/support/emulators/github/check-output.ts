import { isRecord, recordOf, textOf } from '../values.ts';
import type { FieldError } from './errors.ts';

/** `check-annotation`. */
export interface CheckAnnotation {
  path: string;
  blob_href: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: string;
  title: string | null;
  message: string;
  raw_details: string | null;
}

const LIMITS = { annotations: 50, text: 65_535, actions: 3, title: 255, message: 64 * 1_024 };

/** What GitHub refuses in `output` and `actions`: its OpenAPI description, checks/create. */
export function outputErrors(body: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const report = (field: string, message: string) =>
    errors.push({ resource: 'CheckRun', field, code: 'custom', message });

  const output = recordOf(body.output);
  if (isRecord(body.output) && textOf(output.summary) === undefined) report('output', 'summary is required');
  for (const part of ['summary', 'text']) {
    if ((textOf(output[part])?.length ?? 0) > LIMITS.text)
      report('output', `${part} exceeds a maximum of ${LIMITS.text}`);
  }
  const annotations = Array.isArray(output.annotations) ? output.annotations : [];
  if (annotations.length > LIMITS.annotations) report('annotations', `exceeds a maximum of ${LIMITS.annotations}`);
  for (const annotation of annotations) {
    for (const message of annotationErrors(recordOf(annotation))) report('annotations', message);
  }
  if (Array.isArray(body.actions) && body.actions.length > LIMITS.actions) {
    report('actions', `exceeds a maximum of ${LIMITS.actions}`);
  }
  return errors;
}

function annotationErrors(annotation: Record<string, unknown>): string[] {
  const required = ['path', 'start_line', 'end_line', 'annotation_level', 'message'];
  const errors = required.filter(name => annotation[name] === undefined).map(name => `${name} is required`);
  if (!['notice', 'warning', 'failure'].includes(textOf(annotation.annotation_level) ?? 'notice')) {
    errors.push('annotation_level must be notice, warning or failure');
  }
  const hasColumns = annotation.start_column !== undefined || annotation.end_column !== undefined;
  if (hasColumns && annotation.start_line !== annotation.end_line) {
    errors.push('columns are allowed only when start_line and end_line are the same');
  }
  if ((textOf(annotation.title)?.length ?? 0) > LIMITS.title) errors.push(`title exceeds ${LIMITS.title} characters`);
  if (Buffer.byteLength(textOf(annotation.message) ?? '') > LIMITS.message) errors.push('message exceeds 64 KB');
  return errors;
}

export function annotationOf(sent: Record<string, unknown>, blob: string): CheckAnnotation {
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  return {
    path: textOf(sent.path) ?? '',
    blob_href: blob,
    start_line: number(sent.start_line) ?? 1,
    end_line: number(sent.end_line) ?? 1,
    start_column: number(sent.start_column),
    end_column: number(sent.end_column),
    annotation_level: textOf(sent.annotation_level) ?? 'notice',
    title: textOf(sent.title) ?? null,
    message: textOf(sent.message) ?? '',
    raw_details: textOf(sent.raw_details) ?? null,
  };
}

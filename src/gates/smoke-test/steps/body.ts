import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HttpStep } from '../../../config/schema/smoke/http.ts';
import { formatError, GateError, getErrorCode } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const missingFile: FindingKind = {
  code: 'smoke/missing-file',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A step sends a file, or runs in a folder, that is not in the checkout, so the flow cannot be taken.',
  cause: 'A misspelt path, a file that is not committed, or one that an earlier step of the job should have made.',
  help: 'Name it from the root of the repository.',
};

export interface Content {
  type: string;
  data: string | Uint8Array;
}

/** What a request carries; undefined where it carries nothing. Throws a GateError for a file that cannot be read. */
export async function bodyOf(declared: HttpStep, step: Step, visit: Visit): Promise<Content | undefined> {
  const { json, form, multipart, body } = declared;
  const { scope } = visit;
  if (json !== undefined) return { type: 'application/json', data: JSON.stringify(scope.value(json)) };
  if (body !== undefined) return { type: 'text/plain;charset=utf-8', data: scope.text(body) };
  if (multipart !== undefined) return multipartOf(multipart, step, visit);
  if (form === undefined) return undefined;
  return { type: 'application/x-www-form-urlencoded', data: new URLSearchParams(scope.texts(form)).toString() };
}

type Parts = NonNullable<HttpStep['multipart']>;

/** `Response` writes multipart/form-data as browsers do (RFC 7578). */
async function multipartOf(parts: Parts, step: Step, visit: Visit): Promise<Content> {
  const form = new FormData();
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part === 'string') form.append(name, visit.scope.text(part));
    else form.append(name, await fileOf(part, name, step, visit), basename(visit.scope.text(part.file)));
  }
  const written = new Response(form);
  return { type: written.headers.get('content-type') ?? '', data: new Uint8Array(await written.arrayBuffer()) };
}

async function fileOf(part: Exclude<Parts[string], string>, name: string, step: Step, visit: Visit): Promise<Blob> {
  const { workspace } = visit.context;
  const path = visit.scope.text(part.file);
  const place = step.placeOf('multipart', name, 'file');
  try {
    const file = await resolveWithin(workspace, path);
    if (file === undefined) {
      const message = `${step.label} sends ${path}, which is outside the repository.`;
      throw new GateError([found(missingFile, { message, place })]);
    }
    return new Blob([await readFile(file)], { type: part.type ?? 'application/octet-stream' });
  } catch (error) {
    if (error instanceof GateError) throw error;
    const reason = getErrorCode(error) === 'ENOENT' ? 'it is not there' : formatError(error);
    throw new GateError([found(missingFile, { message: `${step.label} sends ${path}: ${reason}.`, place })]);
  }
}

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import { formatError, GateError, getErrorCode } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const missingFile: FindingKind = {
  code: 'smoke/missing-file',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A step sends a file, or runs in a folder, that is not in the checkout, so the flow cannot run.',
  cause: 'The path is misspelt, the file is not committed, or an earlier step of the job did not create it.',
  help: 'Write the path relative to the root of the repository.',
};

export interface Content {
  type: string;
  data: string | Uint8Array;
}

/** Builds the body of a request; undefined for a request without one. Throws a GateError for a file that it cannot read. */
export async function buildBody(step: Step<HttpStep>, visit: Visit): Promise<Content | undefined> {
  const { json, form, multipart, body } = step.declared;
  const { scope } = visit;
  if (json !== undefined) return { type: 'application/json', data: JSON.stringify(scope.resolve(json)) };
  if (typeof body === 'string') return { type: 'text/plain;charset=utf-8', data: scope.resolveText(body) };
  if (body !== undefined) {
    const file = await readPart(body, ['body'], step, visit);
    return { type: file.type, data: new Uint8Array(await file.arrayBuffer()) };
  }
  if (multipart !== undefined) return buildMultipart(multipart, step, visit);
  if (form === undefined) return undefined;
  return { type: 'application/x-www-form-urlencoded', data: new URLSearchParams(scope.resolveFields(form)).toString() };
}

type Parts = NonNullable<HttpStep['multipart']>;
type FilePart = Exclude<NonNullable<HttpStep['body']>, string>;

/** `Response` encodes multipart/form-data as browsers do (RFC 7578). */
async function buildMultipart(parts: Parts, step: Step, visit: Visit): Promise<Content> {
  const form = new FormData();
  const { scope } = visit;
  for (const [declared, each] of Object.entries(parts)) {
    const name = scope.resolveText(declared);
    for (const part of [each].flat()) {
      if (typeof part === 'string') form.append(name, scope.resolveText(part));
      else
        form.append(
          name,
          await readPart(part, ['multipart', declared], step, visit),
          basename(scope.resolveText(part.file)),
        );
    }
  }
  const written = new Response(form);
  return { type: written.headers.get('content-type') ?? '', data: new Uint8Array(await written.arrayBuffer()) };
}

/** The file of a part at `path` of the step. */
async function readPart(part: FilePart, path: string[], step: Step, visit: Visit): Promise<Blob> {
  const { workspace } = visit.context;
  const file = visit.scope.resolveText(part.file);
  const place = step.placeOf(...path, 'file');
  try {
    const resolved = await resolveWithin(workspace, file);
    if (resolved === undefined) {
      const message = `${step.label} sends ${file}, which is outside the repository.`;
      throw new GateError([found(missingFile, { message, place })]);
    }
    return new Blob([await readFile(resolved)], {
      type: visit.scope.resolveText(part.type ?? 'application/octet-stream'),
    });
  } catch (error) {
    if (error instanceof GateError) throw error;
    const reason = getErrorCode(error) === 'ENOENT' ? 'the file does not exist' : formatError(error);
    throw new GateError([found(missingFile, { message: `${step.label} sends ${file}: ${reason}.`, place })]);
  }
}

import { type Answer, Refusal } from '../http.ts';

const DOCUMENTATION = 'https://docs.github.com/rest';

/** `basic-error` of GitHub's OpenAPI description. */
export function githubError(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: DOCUMENTATION, status: String(status) } };
}

export function refuse(status: number, message: string): Refusal {
  return new Refusal(githubError(status, message));
}

export interface FieldError {
  resource: string;
  field: string;
  code: 'missing_field' | 'invalid' | 'custom' | 'already_exists';
  message?: string;
}

/** `validation-error`: 422 with what is wrong field by field. */
export function invalid(...errors: FieldError[]): Refusal {
  return new Refusal({
    status: 422,
    body: { message: 'Validation Failed', errors, documentation_url: DOCUMENTATION, status: '422' },
  });
}

/** 422 in one sentence, as the Git database answers. */
export function unprocessable(message: string): Refusal {
  return refuse(422, message);
}

export const notFound = (): Refusal => refuse(404, 'Not Found');

import type { FindingKind } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const wrongStatus: FindingKind = {
  ...delivery,
  code: 'answer/wrong-status',
  meaning: 'The service answered with an unexpected HTTP status.',
  cause: 'The release has a fault, the route is missing, or a dependency is down.',
  help: "Read the service's log for this request.",
};

export const wrongHeader: FindingKind = {
  ...delivery,
  code: 'answer/wrong-header',
  meaning: 'A header of the answer is missing or has an unexpected value.',
  cause: 'Middleware is not enabled, or a proxy removes the header.',
  help: 'Compare the header that the service sets with the header that clients receive.',
};

export const notJson: FindingKind = {
  ...delivery,
  code: 'answer/not-json',
  meaning: 'The answer is not JSON, but JSON is expected.',
  cause: 'A page of the platform, a login page or an error page answers instead of the service, or the path is wrong.',
  help: 'Open the URL to see what answers. Check the path, and whether access is protected.',
};

export const invalidJson: FindingKind = {
  ...delivery,
  code: 'answer/invalid-json',
  meaning: 'The answer is declared as JSON, but no client can parse it.',
  cause:
    'The body was cut, the service builds JSON as text, or the body contains a value that JSON does not support, such as NaN.',
  help: 'Fetch the URL, check how the body ends, and then how the service builds it.',
};

export const tooLarge: FindingKind = {
  ...delivery,
  code: 'answer/too-large',
  meaning: 'The body is too large to read to its end, so the gate cannot check it.',
  cause: 'The answer has no page limit, or is a file instead of a short answer.',
  help: 'Request less, such as one page of a list. The expected content must be in the first mebibyte.',
};

export const wrongJson: FindingKind = {
  ...delivery,
  code: 'answer/wrong-json',
  meaning: 'The JSON body does not have the expected values.',
  cause: 'The service reports that it is not ready, or it is another version than expected.',
  help: "Check the named fields, and the service's log for the reason.",
};

export const missingText: FindingKind = {
  ...delivery,
  code: 'answer/missing-text',
  meaning: 'The body does not contain the expected text.',
  cause: 'Another page answers, or the content changed.',
  help: 'Open the URL, and compare its content with the expected text.',
};

export const redirectNotHttp: FindingKind = {
  ...delivery,
  code: 'answer/redirect-not-http',
  meaning: 'A redirect leads to an address that is not HTTP, such as `data:` or `file:`. The gate did not follow it.',
  cause: 'A redirect target that a user can set, a rule that builds the address wrongly, or a link to an app.',
  help: 'Fix the rule behind the redirect, and let it lead to http or https addresses only.',
};

/** A foreign scheme can carry a whole page, so only it is shown: `data:`. */
export function describeNotHttp({ protocol }: URL): string | undefined {
  return /^https?:$/.test(protocol) ? undefined : `redirects to an address that begins with ${protocol}`;
}

export const tooSlow: FindingKind = {
  ...delivery,
  code: 'answer/too-slow',
  meaning: 'The answer is correct but took longer than allowed.',
  cause: 'The service started cold, ran a slow query, or has too little capacity.',
  help: "Check the service's load and slow queries. If the limit is too low, raise `within`.",
};

export const wrongCookie: FindingKind = {
  ...delivery,
  boundary: 'identity',
  code: 'answer/wrong-cookie',
  meaning: 'A cookie is missing, or lacks an attribute that protects it.',
  cause: 'The session configuration changed, or a proxy setting makes the service assume plain HTTP.',
  help: 'Set the cookie with the named attribute.',
};

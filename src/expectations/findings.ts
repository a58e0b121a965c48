import type { FindingKind } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const wrongStatus: FindingKind = {
  ...delivery,
  code: 'answer/wrong-status',
  meaning: 'The service answered with another HTTP status than the release needs.',
  cause: 'A fault in the release, a route that is missing, or a dependency that is down.',
  help: "Look at the service's log for this request.",
};

export const wrongHeader: FindingKind = {
  ...delivery,
  code: 'answer/wrong-header',
  meaning: 'A header of the answer is missing or says something else.',
  cause: 'Middleware that is not switched on, or a proxy that takes the header out.',
  help: 'Compare what the service sets with what reaches the outside.',
};

export const notJson: FindingKind = {
  ...delivery,
  code: 'answer/not-json',
  meaning: 'JSON was expected and something else came.',
  cause: "A page of the platform, a login or an error page answers in the service's place, or the path is wrong.",
  help: 'Open the URL and see who answers; check the path and whether access is protected.',
};

export const invalidJson: FindingKind = {
  ...delivery,
  code: 'answer/invalid-json',
  meaning: 'The answer says that it is JSON, and no client could parse it.',
  cause: 'A body that was cut, JSON that is put together as text, or a value that JSON does not have, such as NaN.',
  help: 'Fetch the URL and look at how the body ends; then at how the service makes it.',
};

export const tooLarge: FindingKind = {
  ...delivery,
  code: 'answer/too-large',
  meaning: 'The body is too large to be read to its end, so it cannot be compared.',
  cause: 'An answer without a page limit, or a file where a short answer should be.',
  help: 'Ask for less, such as one page of a list; what is wanted must be in the first mebibyte.',
};

export const wrongJson: FindingKind = {
  ...delivery,
  code: 'answer/wrong-json',
  meaning: 'The JSON body does not have the values that the release needs.',
  cause: 'The service says itself that it is not ready, or it is another version than expected.',
  help: "Look at the named fields, and at the service's log for why they are so.",
};

export const missingText: FindingKind = {
  ...delivery,
  code: 'answer/missing-text',
  meaning: 'The body does not contain the expected text.',
  cause: 'Another page answers, or the content changed.',
  help: 'Open the URL and compare.',
};

export const tooSlow: FindingKind = {
  ...delivery,
  code: 'answer/too-slow',
  meaning: 'The right answer came, and took longer than allowed.',
  cause: 'A cold start, a slow query, or too little capacity.',
  help: "Look at the service's load and slow queries; if the bound is too tight, raise `within`.",
};

export const wrongCookie: FindingKind = {
  ...delivery,
  boundary: 'identity',
  code: 'answer/wrong-cookie',
  meaning: 'A cookie is not set, or without an attribute that protects it.',
  cause: 'A changed session configuration, or a proxy setting that makes the service believe it speaks plain HTTP.',
  help: 'Set the cookie with the named attribute.',
};

import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const badToken: FindingKind = {
  ...delivery,
  code: 'platform/bad-token',
  meaning: 'The platform rejects the token, or the token may not do this. The gate knows nothing about the release.',
  cause: 'The token expired, was revoked, or belongs to another platform, team or app.',
  help: 'Create a token for this app or team, and store it as the secret behind the variable.',
};

export const missing: FindingKind = {
  ...delivery,
  code: 'platform/not-found',
  meaning: 'The platform does not have what the configuration names, or the token cannot see it.',
  cause: 'A misspelt app, project or domain, a deployment that was deleted, or a token of another team.',
  help: "Compare the names under `services` with the platform's dashboard, and the team with the token's team.",
};

export const unavailable: FindingKind = {
  ...delivery,
  code: 'platform/unavailable',
  meaning: 'The platform gives no usable answer, so the gate knows nothing about the release.',
  cause: 'An outage of the platform, its rate limit, or a broken network in between.',
  help: "Check the platform's status page, and run the gate again when the platform works.",
};

export const notJson: FindingKind = {
  ...delivery,
  code: 'platform/not-json',
  meaning: "Something other than the platform's API answered.",
  cause: 'A proxy or a login page in between, an error page of the platform, or a wrong base URL.',
  help: "Check the base URL in the step's variables and the runner's proxy. If both are right, run the gate again.",
};

export const unexpectedAnswer: FindingKind = {
  ...delivery,
  code: 'platform/unexpected-answer',
  meaning: 'The platform answered in a form that release-gates does not know, so the gate did not rely on it.',
  cause: "A change of the platform's API, or another service behind the base URL.",
  help: 'Check on the dashboard what is live, and report a bug of release-gates.',
};

export const refused: FindingKind = {
  ...delivery,
  code: 'platform/refused',
  meaning: 'The platform refused the request, so this step changed nothing.',
  cause: 'A limit of the plan, a state that does not allow the request, or another change under way.',
  help: "Fix what the platform's message names, and run the gate again.",
};

export const uncertain: FindingKind = {
  ...delivery,
  code: 'platform/uncertain',
  meaning:
    'The answer to a change was lost, so nobody knows whether it took effect. The gate does not send it again on a guess.',
  cause: 'The connection broke, or the platform failed, before the answer arrived.',
  help: "Check on the platform's dashboard what is live, then run the gate again: it continues from what it finds.",
};

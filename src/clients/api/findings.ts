import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const badToken: FindingKind = {
  ...delivery,
  code: 'platform/bad-token',
  meaning: 'The platform does not accept the token, or the token may not do this. Nothing is known of the release.',
  cause: 'An expired or revoked token, one of another platform or team, or one that is bound to another app.',
  help: 'Make a new token for this app or team, and store it as the secret that the variable is set from.',
};

export const missing: FindingKind = {
  ...delivery,
  code: 'platform/not-found',
  meaning: 'What the configuration names does not exist on the platform, or the token cannot see it.',
  cause: 'A misspelt app, project or domain, a deployment that was deleted, or a token of another team.',
  help: "Compare the names under `services` with the platform's dashboard, and the team with that of the token.",
};

export const unavailable: FindingKind = {
  ...delivery,
  code: 'platform/unavailable',
  meaning: 'The platform does not answer as it should, so nothing is known of the release.',
  cause: 'An outage of the platform, its rate limit, or a network between that is broken.',
  help: "Look at the platform's status page, and run the gate again when it is well.",
};

export const notJson: FindingKind = {
  ...delivery,
  code: 'platform/not-json',
  meaning: 'Something else than the API of the platform answered.',
  cause: 'A proxy or a login page in between, an error page of the platform, or a wrong base URL.',
  help: 'Check the base URL in the variables of the step and the proxy of the runner; else run the gate again.',
};

export const unexpectedAnswer: FindingKind = {
  ...delivery,
  code: 'platform/unexpected-answer',
  meaning: 'The platform answered in a form that release-gates does not know, so it was not relied upon.',
  cause: 'A change of the API of the platform, or another service behind the base URL.',
  help: 'Look on the dashboard for what is live, and report it as a bug of release-gates.',
};

export const refused: FindingKind = {
  ...delivery,
  code: 'platform/refused',
  meaning: 'The platform understood the request and refused it, so this step changed nothing.',
  cause: 'A limit of the plan, a state that does not allow it, or another change that is under way.',
  help: 'The words of the platform say why; mend that and run the gate again.',
};

export const uncertain: FindingKind = {
  ...delivery,
  code: 'platform/uncertain',
  meaning: 'A request that changes something was sent and its answer was lost. It is never sent twice on a guess.',
  cause: 'A connection that broke, or an error of the platform, at the worst moment.',
  help: "Look on the platform's dashboard for what is live, then run the gate again: it goes on from what it finds.",
};

import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const serviceDown: FindingKind = {
  ...delivery,
  code: 'smoke/service-down',
  meaning:
    'A request got no answer, and the service is not ready any more. The release stopped working under the test.',
  cause: 'The request crashes or blocks the service, or it ran out of memory or connections.',
  help: "Read the service's log at the time of the request, and send the request again by hand.",
};

export const neverAnswers: FindingKind = {
  ...delivery,
  code: 'smoke/never-answers',
  meaning: 'A request got no answer, although the service is ready and the network of the runner works.',
  cause: 'The route hangs or ends its process, which the platform restarts, or a proxy ends the request.',
  help: "Read the service's log for this request. If the answer is meant to be slow, raise `timeout`.",
};

export const answeredAgain: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'smoke/answered-again',
  meaning: 'A request got no answer at first, and a good one when the gate repeated it.',
  cause: 'The connection was lost on the way, or an instance restarted.',
  help: "Look for a restart or an error in the service's log at this time.",
};

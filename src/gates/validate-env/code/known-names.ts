import { isOwnVariable } from '../../../platforms/create-platform.ts';

const names = new Set(
  'NODE_ENV CI HOME PATH PWD TZ LANG USER SHELL TMPDIR HOSTNAME TERM COLORTERM NO_COLOR FORCE_COLOR DEBUG NODE_OPTIONS MODE DEV PROD SSR BASE_URL JEST_WORKER_ID VITEST'.split(
    ' ',
  ),
);
const families = /^(npm_|GITHUB_|RUNNER_|NEXT_RUNTIME$|NEXT_PHASE$|__)/;

/** Whether Node.js, a build tool, a platform or the shell sets the variable, so that no contract declares it. */
export function isGiven(name: string): boolean {
  return names.has(name) || families.test(name) || isOwnVariable(name);
}

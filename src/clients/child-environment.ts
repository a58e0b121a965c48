import type { GateContext, Variables } from '../core/context.ts';
import { looksLikeSecret, mustBeHidden } from '../core/secret-variables.ts';

/** What programs find their way by. A proxy may need its password: without the proxy nothing is reached. */
const needed =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|HOSTNAME|LANG|LANGUAGE|LC_\w+|TZ|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI|TMPDIR|TMP|TEMP|DISPLAY|XDG_\w+|NODE_ENV|NODE_OPTIONS|(?:https?|ftp|no|all)_proxy)$/i;

/** Facts of the run, and settings of npm, but for the secrets among them. */
const facts = /^(?:GITHUB_|RUNNER_|npm_config_)/i;

/**
 * Inputs hold other tokens. `ACTIONS_*` leads to the OpenID Connect token and the caches of the job, and through the
 * files of the step a child could set its outputs and the variables of later steps (docs: GitHub Actions, workflow
 * commands, environment files).
 */
const neverPassed = /^(?:INPUT_|ACTIONS_|STATE_|GITHUB_(?:ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$)/i;

/** For the help of a child that failed, with the key that holds its command. */
export function explainEnvironment(key: string): string {
  return `It gets only the variables of the step that its text names or \`env\` next to \`${key}\` passes on, as in \`env: { API_TOKEN: "\${API_TOKEN}" }\`.`;
}

/**
 * The environment of every process that a gate starts: what programs find their way by, the facts of the run, folders of
 * the machine, the variables that the command names as `$NAME` or `${NAME}`, and what is given. No other credential of
 * the step. Undefined among `given` removes a variable.
 */
export function makeChildEnvironment(
  { variables, redactor }: Pick<GateContext, 'variables' | 'redactor'>,
  given: Variables = {},
  command = '',
): Record<string, string> {
  const named = new Set([...command.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name));
  const passed = Object.entries(variables).filter(([name, value = '']) => {
    if (!named.has(name)) return isHarmless(name, value);
    if (mustBeHidden(name, value)) redactor.add(value);
    return true;
  });
  const all = Object.entries({ ...Object.fromEntries(passed), ...given });
  return Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function isHarmless(name: string, value: string): boolean {
  if (neverPassed.test(name)) return false;
  return needed.test(name) || ((facts.test(name) || isPath(value)) && !looksLikeSecret(name, value));
}

/** Absolute paths, as in JAVA_HOME and LD_LIBRARY_PATH. */
function isPath(value: string): boolean {
  return value !== '' && value.split(':').every(part => part === '' || part.startsWith('/'));
}

import type { VariableOf } from '../../../config/schema/variables.ts';
import { attemptRequest } from '../live/attempt-request.ts';
import type { EnvironmentType } from './environment-type.ts';
import { checkHosts } from './host.ts';
import { reportInvalid } from './invalid.ts';
import { getScheme, parseConnection, parseUrl } from './urls.ts';

/** What leads to a file or a driver of its own. */
const hostless = /^(?:file|sqlite3?|unix|data|jdbc):./i;

export const url: EnvironmentType<VariableOf<'url'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { declared, value } = subject;
    const urls = parseConnection(value);
    const parsed = parseUrl(value) ?? urls[0];
    const isComplete = urls.length > 0 && (parsed?.host !== '' || hostless.test(value));
    if (!parsed || !(isComplete || hostless.test(value)))
      return [reportInvalid(subject, 'is not a URL', 'Set it to a whole URL, such as https://api.example.com.')];
    const schemes = [declared.scheme ?? []].flat();
    if (schemes.length > 0 && !schemes.includes(getScheme(parsed))) {
      const list = schemes.map(scheme => `${scheme}://`).join(' or ');
      return [reportInvalid(subject, `does not begin with ${list}`, `Use a URL that begins with ${list}.`)];
    }
    const findings = checkHosts(subject, urls, declared.host);
    if (declared.path !== undefined && trimSlash(parsed.pathname) !== trimSlash(declared.path)) {
      findings.push(
        reportInvalid(subject, `does not have the path ${declared.path}`, `Set its path to ${declared.path}.`),
      );
    }
    const slash = value.endsWith('/');
    if (declared['trailing-slash'] === false && slash)
      findings.push(reportInvalid(subject, 'ends with a slash', 'Remove the slash at its end.'));
    if (declared['trailing-slash'] === true && !slash)
      findings.push(reportInvalid(subject, 'does not end with a slash', 'Add a slash at its end.'));
    return findings;
  },
  attempt: attemptRequest,
  guess: {
    rank: 1,
    names: [[/(^|_)DSN$|_URL$|_URI$|_ENDPOINT$/, '{ type: url }']],
    example: [/^(https?|wss?):\/\//, '{ type: url }'],
  },
};

function trimSlash(path: string): string {
  return path.replace(/\/$/, '');
}

import type { VariableOf } from '../../../config/schema/variables.ts';
import { attemptRequest } from '../live/live.ts';
import type { EnvironmentType } from './environment-type.ts';
import { hostFindings } from './host.ts';
import { invalid } from './invalid.ts';
import { parseUrl, schemeOf } from './parse-url.ts';

export const url: EnvironmentType<VariableOf<'url'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { declared, value } = subject;
    const parsed = parseUrl(value);
    if (!parsed?.host)
      return [invalid(subject, 'is not a URL', 'Set it to a whole URL, such as https://api.example.com.')];
    const schemes = [declared.scheme ?? []].flat();
    if (schemes.length > 0 && !schemes.includes(schemeOf(parsed))) {
      const list = schemes.map(scheme => `${scheme}://`).join(' or ');
      return [invalid(subject, `does not begin with ${list}`, `Use a URL that begins with ${list}.`)];
    }
    const findings = hostFindings(subject, parsed.hostname, declared.host);
    if (declared.path !== undefined && withoutSlash(parsed.pathname) !== withoutSlash(declared.path)) {
      findings.push(invalid(subject, `does not have the path ${declared.path}`, `Let its path be ${declared.path}.`));
    }
    const slash = value.endsWith('/');
    if (declared['trailing-slash'] === false && slash)
      findings.push(invalid(subject, 'ends with a slash', 'Take the slash at its end off.'));
    if (declared['trailing-slash'] === true && !slash)
      findings.push(invalid(subject, 'does not end with a slash', 'Put a slash at its end.'));
    return findings;
  },
  attempt: attemptRequest,
  guess: {
    names: [[/(^|_)DSN$|_URL$|_URI$|_ENDPOINT$/, '{ type: url }']],
    example: [/^(https?|wss?):\/\//, '{ type: url }'],
  },
};

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}

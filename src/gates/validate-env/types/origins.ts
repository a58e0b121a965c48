import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';
import { parseUrl } from './urls.ts';

export const origins: EnvironmentType<VariableOf<'origins'>> = {
  boundary: 'delivery',
  rule: subject => {
    const list = subject.value.split(',').map(item => item.trim());
    if (list.includes('*'))
      return [reportInvalid(subject, 'allows every origin with `*`', 'List the origins that may call the service.')];
    if (!list.every(isOrigin)) {
      const help =
        'List origins such as https://app.example.com, separated by commas, without a path or a slash at the end.';
      return [reportInvalid(subject, 'has an item that is not an origin', help)];
    }
    const missing = [subject.declared.includes ?? []]
      .flat()
      .filter(origin => !list.includes(origin.replace(/\/$/, '')));
    return missing.map(origin => reportInvalid(subject, `does not include ${origin}`, `Add ${origin} to the list.`));
  },
  guess: { names: [[/(CORS|ALLOWED).*ORIGINS?$/, '{ type: origins }']] },
};

/** As a browser sends it. The origin of an app (`capacitor://localhost`) is opaque to URL parsers. */
function isOrigin(item: string): boolean {
  const url = parseUrl(item);
  if (!url || url.origin === item) return url !== undefined;
  const isBare = url.host !== '' && !item.endsWith('/') && !/[@?#]/.test(item) && ['', '/'].includes(url.pathname);
  const isOfApp = url.origin === 'null' && item === `${url.protocol}//${url.host}`;
  return isBare && (isOfApp || /[^\x00-\x7f]/.test(item)); // a host in its own script is sent as Punycode
}

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
    if (!list.every(item => parseUrl(item)?.origin === item)) {
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

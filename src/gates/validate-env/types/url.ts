import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';
import { parseUrl, schemeOf } from './parse-url.ts';

export const url: Rule<VariableOf<'url'>> = subject => {
  const parsed = parseUrl(subject.value);
  if (!parsed?.host)
    return [invalid(subject, 'is not a URL', 'Set it to a whole URL, such as https://api.example.com.')];
  const { scheme } = subject.declared;
  if (scheme === undefined || schemeOf(parsed) === scheme) return [];
  return [invalid(subject, `does not begin with ${scheme}://`, `Use a URL that begins with ${scheme}://.`)];
};

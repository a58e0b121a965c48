import { replaceVariables, unescapeValue } from '../../../config/variables.ts';
import type { Section } from '../section.ts';
import { statusUnavailable } from './findings.ts';
import { checkJsonStatus } from './json.ts';
import { checkRailwayStatus } from './railway.ts';
import { checkStatuspage } from './statuspage.ts';

/** Whether the providers report that they work. */
export const planStatusChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.status ?? {}).map(([name, declared]) => ({
    name: `status.${name}`,
    boundary: 'provider',
    run: signal => {
      const place = config.placeOfKey(['preflight', 'status', name]);
      const status = unescapeValue(replaceVariables(context, declared, place));
      const about = { name, now: context.clock.now(), signal, place, unreadable: statusUnavailable };
      if ('statuspage' in status) return checkStatuspage(status, about);
      return 'railway' in status ? checkRailwayStatus(status, about) : checkJsonStatus(status, about);
    },
  }));

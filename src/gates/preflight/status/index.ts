import type { Configuration } from '../../../config/load.ts';
import { replaceVariables, unescapeValue } from '../../../config/variables.ts';
import type { Check } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { jsonStatus } from './json.ts';
import { railwayStatus } from './railway.ts';
import { statuspage } from './statuspage.ts';

/** Whether the providers say that they are well. */
export function statusChecks(config: Configuration, context: GateContext): Check[] {
  return Object.entries(config.preflight.status).map(([name, declared]) => ({
    name: `status.${name}`,
    boundary: 'provider',
    run: signal => {
      const place = config.placeOfKey(['preflight', 'status', name]);
      const status = unescapeValue(replaceVariables(context, declared, place));
      const about = { name, now: context.clock.now(), signal, place };
      if ('statuspage' in status) return statuspage(status, about);
      return 'railway' in status ? railwayStatus(status, about) : jsonStatus(status, about);
    },
  }));
}

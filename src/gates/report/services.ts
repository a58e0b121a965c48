import type { ConfigurationValues } from '../../config/schema.ts';
import type { AccountedService } from '../../core/account.ts';
import type { Deployment, ReleaseRecord } from '../../core/record.ts';

type NotedService = ReleaseRecord['services'][string];

/** What users meet now, per service. */
export function accountServices(declared: ConfigurationValues['services'], record: ReleaseRecord): AccountedService[] {
  const names = new Set([...Object.keys(declared), ...Object.keys(record.services)]);
  return [...names].map(name => {
    const noted = record.services[name];
    const { serves, now } = noted ? describeNow(noted, record) : ({ serves: 'unchanged', now: undefined } as const);
    const url = declared[name]?.url ?? now?.url;
    return {
      name,
      platform: declared[name]?.platform ?? noted?.platform ?? '',
      ...(url !== undefined && { url }),
      serves,
      ...(now && { now }),
      ...(noted?.before && { before: noted.before }),
    };
  });
}

/** A staged deployment serves nobody yet. Otherwise a service without an `after` could not be read. */
function describeNow(noted: NotedService, record: ReleaseRecord): Pick<AccountedService, 'serves' | 'now'> {
  const { before, after, staged } = noted;
  const now = after ?? (staged && before);
  if (now === undefined) return { serves: 'unknown' };
  return { serves: isNew(now, noted, record) ? 'new' : 'previous', now };
}

/** After a rollback, a platform may give the old code a new id, so the commit decides where it is known. */
function isNew(now: Deployment, { before }: NotedService, record: ReleaseRecord): boolean {
  if (now.commit !== undefined) return now.commit === record.commit;
  const wasRolledBack = record.gates.some(({ gate, verdict }) => gate === 'rollback' && verdict === 'passed');
  return now.id !== before?.id && !wasRolledBack;
}

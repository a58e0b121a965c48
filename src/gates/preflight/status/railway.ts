import * as z from 'zod';
import type { RailwayStatus } from '../../../config/schema/preflight/status.ts';
import type { Outcome } from '../../../core/check.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { pluralize } from '../../../core/plural.ts';
import { readJson } from '../read-json.ts';
import { concludeStatus, maintenance, providerDown, unknownComponent } from './findings.ts';
import type { StatusContext } from './statuspage.ts';

/** docs: Railway, incident management; a group contains its components. */
interface Component {
  name: string;
  status?: string | undefined;
  components?: Component[] | undefined;
}
const componentSchema: z.ZodType<Component> = z.lazy(() =>
  z.looseObject({ name: z.string(), status: z.string().optional(), components: z.array(componentSchema).optional() }),
);
const feedSchema = z.looseObject({
  components: z.array(componentSchema),
  incidents: z.array(z.looseObject({ title: z.string().default(''), resolvedAt: z.string().nullish() })).default([]),
  maintenances: z
    .array(
      z.looseObject({
        title: z.string().default('maintenance'),
        status: z.string().default(''),
        scheduledStart: z.string().optional(),
        estimatedEnd: z.string().nullish(),
      }),
    )
    .default([]),
});

const ahead = 2 * 60 * 60 * 1000;

export async function checkRailwayStatus(status: RailwayStatus, context: StatusContext): Promise<Outcome<never>> {
  const { name, now, place } = context;
  const read = await readJson(status.railway, feedSchema, context);
  if ('outcome' in read) return read.outcome;
  const { components, incidents, maintenances } = read.value;
  const all = components.flatMap(flatten);
  const used = all.filter(part => status.components.length === 0 || status.components.includes(part.name));
  const findings: Finding[] = status.components
    .filter(wanted => !all.some(part => part.name === wanted))
    .map(wanted => {
      const message = `The status page of ${name} has no component "${wanted}".`;
      return found(unknownComponent, {
        message,
        help: suggestName(
          wanted,
          all.map(part => part.name),
        ),
        place,
      });
    });
  const open = incidents.find(({ resolvedAt }) => !resolvedAt);
  const bad = used.filter(
    part => part.status && !['OPERATIONAL', 'UNDER_MAINTENANCE'].includes(part.status.toUpperCase()),
  );
  for (const part of bad) {
    const message = `${name}: ${part.name} is ${part.status?.toLowerCase().replaceAll('_', ' ')}${open ? ` ("${open.title}")` : ''}.`;
    findings.push(found(providerDown, { message, place }));
  }
  for (const planned of maintenances) {
    const begins = Date.parse(planned.scheduledStart ?? '');
    const overlaps =
      begins <= now + ahead && !(Date.parse(planned.estimatedEnd ?? '') < now) && !/completed/i.test(planned.status);
    if (overlaps)
      findings.push(
        found(maintenance, { message: `${name}: "${planned.title}" from ${planned.scheduledStart}.`, place }),
      );
  }
  return concludeStatus(
    findings,
    bad.length === 0 ? 'operational' : `${pluralize(bad.length, 'component')} not operational`,
  );
}

function flatten(component: Component): Component[] {
  return [component, ...(component.components ?? []).flatMap(flatten)];
}

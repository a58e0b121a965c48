import * as z from 'zod';
import type { StatuspageStatus } from '../../../config/schema/preflight/status.ts';
import type { Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { readJson } from '../read-json.ts';
import { concludeStatus, maintenance, providerDown, unknownComponent } from './findings.ts';

/** docs: Statuspage API v2, summary.json; other products serve fewer of its keys. */
const componentSchema = z.looseObject({ id: z.string().optional(), name: z.string(), status: z.string() });
const summarySchema = z.looseObject({
  status: z.looseObject({ indicator: z.string(), description: z.string().default('') }),
  components: z.array(componentSchema).default([]),
  incidents: z.array(z.looseObject({ name: z.string(), components: z.array(componentSchema).default([]) })).default([]),
  scheduled_maintenances: z
    .array(
      z.looseObject({
        name: z.string(),
        status: z.string().default('scheduled'),
        scheduled_for: z.string().optional(),
        scheduled_until: z.string().optional(),
        components: z.array(componentSchema).default([]),
      }),
    )
    .default([]),
});

/** The gate warns of maintenance that begins within this time; milliseconds. */
const ahead = 2 * 60 * 60 * 1000;

export interface StatusContext {
  name: string;
  now: number;
  signal: AbortSignal;
  place: Place;
  /** The finding for a page that cannot be read. */
  unreadable: FindingKind;
}

export async function checkStatuspage(status: StatuspageStatus, context: StatusContext): Promise<Outcome<never>> {
  const { name, now, place } = context;
  const read = await readJson(`${status.statuspage.replace(/\/+$/, '')}/api/v2/summary.json`, summarySchema, context);
  if ('outcome' in read) return read.outcome;
  const { value: page } = read;
  const used = (component: string) => status.components.length === 0 || status.components.includes(component);
  const concerns = (components: { name: string }[]) =>
    components.length === 0 || components.some(part => used(part.name));
  const names = page.components.map(component => component.name);
  const findings: Finding[] = status.components
    .filter(component => !names.includes(component))
    .map(component => {
      const message = `The status page of ${name} has no component "${component}".`;
      return found(unknownComponent, { message, help: suggestName(component, names), place });
    });
  const bad = page.components.filter(
    part => used(part.name) && !['operational', 'under_maintenance'].includes(part.status),
  );
  for (const { name: part, status: state } of bad) {
    const incident = page.incidents.find(({ components }) => components.some(touched => touched.name === part));
    const because = incident ? ` ("${incident.name}")` : '';
    findings.push(
      found(providerDown, { message: `${name}: ${part} is ${state.replaceAll('_', ' ')}${because}.`, place }),
    );
  }
  const { indicator, description } = page.status;
  const isBad = !['none', 'operational', 'maintenance'].includes(indicator);
  if (bad.length === 0 && status.components.length === 0 && isBad)
    findings.push(found(providerDown, { message: `${name} says: ${description || indicator}.`, place }));
  for (const planned of page.scheduled_maintenances) {
    const begins = Date.parse(planned.scheduled_for ?? '');
    const ends = Date.parse(planned.scheduled_until ?? '');
    const overlaps = planned.status !== 'completed' && begins <= now + ahead && !(ends < now);
    if (!overlaps || !concerns(planned.components)) continue;
    const when = `from ${planned.scheduled_for} to ${planned.scheduled_until ?? 'an unknown end'}`;
    findings.push(found(maintenance, { message: `${name}: "${planned.name}" ${when}.`, place }));
  }
  return concludeStatus(findings, description || indicator);
}

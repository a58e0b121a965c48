import * as z from 'zod';
import type { StatuspageStatus } from '../../../config/schema/preflight/status.ts';
import type { Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { readJson } from '../read-json.ts';
import { concludeStatus, maintenance, providerDown, unknownComponent } from './findings.ts';

/** docs: Statuspage API v2, summary.json; other products serve fewer of its keys. */
const componentSchema = z.looseObject({
  id: z.string().optional(),
  name: z.string(),
  status: z.string(),
  group_id: z.string().nullish(),
});
type Component = z.infer<typeof componentSchema>;
const summarySchema = z.looseObject({
  status: z.looseObject({ indicator: z.string(), description: z.string().default('') }),
  components: z.array(componentSchema).default([]),
  incidents: z
    .array(
      z.looseObject({
        name: z.string(),
        impact: z.string().default('none'),
        status: z.string().default('investigating'),
        components: z.array(componentSchema).default([]),
      }),
    )
    .default([]),
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
  const label = labelComponents(page.components);
  const used = (part: Component) =>
    status.components.length === 0 || [part.name, label(part)].some(known => status.components.includes(known));
  const concerns = (components: Component[]) => components.length === 0 || components.some(used);
  const names = page.components.flatMap(component => [...new Set([component.name, label(component)])]);
  const findings: Finding[] = status.components
    .filter(component => !names.includes(component))
    .map(component => {
      const message = `The status page of ${name} has no component "${component}".`;
      return found(unknownComponent, { message, help: suggestName(component, names), place });
    });
  const bad = page.components.filter(part => used(part) && !['operational', 'under_maintenance'].includes(part.status));
  for (const part of bad) {
    const incident = page.incidents.find(({ components }) => components.some(touched => isSame(touched, part)));
    const because = incident ? ` ("${incident.name}")` : '';
    findings.push(
      found(providerDown, {
        message: `${name}: ${label(part)} is ${part.status.replaceAll('_', ' ')}${because}.`,
        place,
      }),
    );
  }
  const { indicator, description } = page.status;
  const isBad = !['none', 'operational', 'maintenance'].includes(indicator);
  if (bad.length === 0 && status.components.length === 0 && isBad)
    findings.push(found(providerDown, { message: `${name} says: ${description || indicator}.`, place }));
  for (const { name: incident, impact, status: state, components } of page.incidents) {
    const isOpen = !['resolved', 'postmortem'].includes(state) && ['major', 'critical'].includes(impact);
    const isReported = components.some(touched => bad.some(part => isSame(touched, part)));
    if (!isOpen || isReported || !concerns(components)) continue;
    const message = `${name}: "${incident}" is an open ${impact} incident, although its components are operational.`;
    findings.push(found(providerDown, { message, severity: 'warning', place }));
  }
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

function isSame(one: Component, other: Component): boolean {
  return one.id !== undefined && other.id !== undefined ? one.id === other.id : one.name === other.name;
}

/** The name of a component, with that of its group where several groups have one of this name: `Europe / API`. */
function labelComponents(all: Component[]): (part: Component) => string {
  return part => {
    const group = all.find(({ id }) => id !== undefined && id === part.group_id);
    const isAmbiguous = all.filter(({ name }) => name === part.name).length > 1;
    return group && isAmbiguous ? `${group.name} / ${part.name}` : part.name;
  };
}

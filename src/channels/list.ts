import type { Incidents } from '../core/incidents.ts';
import type { Channel } from './channel.ts';
import { createIncidentIssue } from './incident-issue.ts';

/** What is needed for each channel; undefined for one that is turned off. */
export interface ChannelSettings {
  incidents: Incidents | undefined;
}

/** The channels that are turned on. */
export function listChannels({ incidents }: ChannelSettings): Channel[] {
  return incidents ? [createIncidentIssue(incidents)] : [];
}

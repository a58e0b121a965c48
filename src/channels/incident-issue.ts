import type { FindingKind } from '../core/finding.ts';
import type { Incidents } from '../core/incidents.ts';
import type { Channel } from './channel.ts';

export const incidentNotOpened: FindingKind = {
  code: 'rollback/incident-not-opened',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'No issue reports the incident. The rollback itself is as the report says.',
  cause:
    'The job lacks `permissions: { issues: write }`, the repository has issues turned off, or GitHub did not answer.',
  help: 'Give the job the permission, or set `incident-issue: false`.',
};

/** An issue for each release that went bad; another attempt to undo the same release adds a comment. */
export function createIncidentIssue(incidents: Incidents): Channel {
  return {
    name: 'incident',
    notNotified: incidentNotOpened,
    failure: 'No issue was opened',
    notify: incident => incidents.note(incident),
  };
}

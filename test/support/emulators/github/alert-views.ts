type Severity = 'low' | 'medium' | 'high' | 'critical';

export interface CodeScanningAlert {
  rule: string;
  severity: Severity;
}

export interface DependabotAlert {
  package: string;
  summary: string;
  severity: Severity;
}

export interface SecretAlert {
  type: string;
}

/** Where alerts of one kind are, for people and for clients. */
export interface Addresses {
  html: string;
  api: string;
}

const at = '2026-01-05T09:00:00Z';
const notDismissed = { dismissed_by: null, dismissed_at: null, dismissed_reason: null, dismissed_comment: null };

/** An open alert as the lists show it (docs: GitHub REST, code scanning). */
export function codeScanningView({ rule, severity }: CodeScanningAlert, { html, api }: Addresses): object {
  return {
    number: 1,
    state: 'open',
    created_at: at,
    url: api,
    html_url: html,
    instances_url: `${api}/instances`,
    ...notDismissed,
    rule: { id: rule, description: rule, severity: 'error', security_severity_level: severity },
    tool: { name: 'CodeQL', guid: null, version: '2.23.0' },
    most_recent_instance: { ref: 'refs/heads/main', state: 'open' },
  };
}

/** The same of a dependency (docs: GitHub REST, Dependabot alerts). */
export function dependabotView(
  { package: name, summary, severity }: DependabotAlert,
  { html, api }: Addresses,
): object {
  const inNpm = { ecosystem: 'npm', name };
  const vulnerability = {
    package: inNpm,
    severity,
    vulnerable_version_range: '< 2.0.0',
    first_patched_version: { identifier: '2.0.0' },
  };
  return {
    number: 1,
    state: 'open',
    url: api,
    html_url: html,
    created_at: at,
    updated_at: at,
    fixed_at: null,
    ...notDismissed,
    dependency: { package: inNpm, manifest_path: 'package-lock.json', scope: 'runtime' },
    security_vulnerability: vulnerability,
    security_advisory: {
      ghsa_id: 'GHSA-0000-0000-0000',
      cve_id: null,
      summary,
      description: summary,
      severity,
      vulnerabilities: [vulnerability],
      cvss: { score: 7.5, vector_string: null },
      cwes: [],
      identifiers: [{ type: 'GHSA', value: 'GHSA-0000-0000-0000' }],
      references: [],
      published_at: at,
      updated_at: at,
      withdrawn_at: null,
    },
  };
}

/** The same of a secret, without the secret (docs: GitHub REST, secret scanning). */
export function secretView({ type }: SecretAlert, { html, api }: Addresses): object {
  return {
    number: 1,
    state: 'open',
    created_at: at,
    url: api,
    html_url: html,
    locations_url: `${api}/locations`,
    resolution: null,
    secret_type: type,
    secret_type_display_name: type,
  };
}

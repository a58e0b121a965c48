import type { CheckResult } from '../../core/check.ts';

/** With several databases, every finding of one of them says of which, as two may share a folder of migrations. */
export function sayWhichDatabase(checks: CheckResult[], databases: string[]): CheckResult[] {
  if (databases.length < 2) return checks;
  return checks.map(check => {
    const name = databases.find(database => check.name.startsWith(`${database}.`));
    if (name === undefined) return check;
    const findings = check.findings.map(finding =>
      finding.message.split(/[^\w-]+/).includes(name)
        ? finding
        : { ...finding, message: `${name}: ${finding.message}` },
    );
    return { ...check, findings };
  });
}

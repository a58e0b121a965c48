import type { ReleaseAccount } from '../../../core/account.ts';
import type { Finding, Severity } from '../../../core/finding.ts';

const levels: Record<Severity, string> = { error: 'error', warning: 'warning', notice: 'note' };

/**
 * SARIF 2.1.0 (OASIS) with the findings that have a place in a file, such as SQL or configuration, for GitHub's code
 * scanning. It takes at most 5,000 results of a run that it shows (docs: GitHub, SARIF support); the worst come first.
 */
const mostResults = 5000;

export function renderSarif({ gates }: ReleaseAccount): string {
  const placed = gates.flatMap(({ checks }) => checks.flatMap(({ findings }) => findings)).filter(hasPlace);
  const distinct = [...new Map(placed.map(finding => [describePlace(finding), finding])).values()];
  const worstFirst = (['error', 'warning', 'notice'] as const).flatMap(severity =>
    distinct.filter(finding => finding.severity === severity),
  );
  const shown = worstFirst.slice(0, mostResults);
  const rules = [...new Map(shown.map(({ code, help }) => [code, toRule(code, help)])).values()];
  const run = {
    tool: { driver: { name: 'release-gates', rules } },
    results: shown.map(finding => toResult(finding, rules)),
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

type Placed = Finding & { place: NonNullable<Finding['place']> };

function hasPlace(finding: { place?: Finding['place'] | undefined }): finding is Placed {
  return finding.place !== undefined;
}

/** Two gates that read the same file report the same fault. */
function describePlace({ code, message, place: { path, line, column } }: Placed): string {
  return JSON.stringify([code, message, path, line, column]);
}

function toRule(code: string, help: string) {
  return { id: code, shortDescription: { text: code }, help: { text: help } };
}

function toResult({ code, severity, message, help, place: { path, line, column } }: Placed, rules: { id: string }[]) {
  const region =
    line === undefined ? undefined : { startLine: line, ...(column !== undefined && { startColumn: column }) };
  return {
    ruleId: code,
    ruleIndex: rules.findIndex(({ id }) => id === code),
    level: levels[severity],
    message: { text: `${message} ${help}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
          ...(region && { region }),
        },
      },
    ],
  };
}

import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { findCommand, joinArguments } from '../guards/commands.ts';
import { listFiles, readText } from '../guards/files.ts';
import { lineSources } from '../guards/line-sources.ts';
import { packageScripts } from '../guards/package-scripts.ts';
import type { CommandSource } from '../guards/source.ts';
import { workflows } from '../guards/workflows.ts';

export const dangerousCommand: FindingKind = {
  code: 'schema/dangerous-command',
  severity: 'error',
  boundary: 'data',
  meaning: 'Production runs a command that bypasses the migrations or destroys data.',
  cause: 'A development command that was copied into a start script, a release command or a workflow.',
  help: 'Remove the command: migrations go through this gate. For sample data, write a migration, or run the seed by hand where it belongs.',
};

const sources: CommandSource[] = [packageScripts, ...lineSources, workflows];

/** Searches for such commands wherever the repository tells what production runs. */
export function guardsCheck(workspace: string): Check {
  return { name: 'guards', boundary: 'data', run: () => searchFiles(workspace) };
}

async function searchFiles(workspace: string): Promise<Outcome> {
  const paths = await listFiles(workspace, path => sources.some(source => source.fits(path)));
  const findings: Finding[] = [];
  for (const path of paths) {
    const source = sources.find(candidate => candidate.fits(path));
    for (const { text, line, where, production } of source?.commands(await readText(workspace, path)) ?? []) {
      const command = findCommand(text);
      if (!command || (!production && source === packageScripts)) continue; // people may run it by hand
      const name = command.pattern.exec(joinArguments(text))?.[0] ?? '';
      const message = `${where} in ${path} runs \`${name}\`, which ${command.does}.`;
      const severity = production ? 'error' : 'warning';
      findings.push(found(dangerousCommand, { message, severity, place: { path, line } }));
    }
  }
  return concludeFrom(findings, `${pluralize(paths.length, 'file')} searched`);
}

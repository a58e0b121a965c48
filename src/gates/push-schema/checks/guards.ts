import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { commandIn, plainCommand } from '../guards/commands.ts';
import { filesOf, textOf } from '../guards/files.ts';
import { lineSources } from '../guards/line-sources.ts';
import { packageScripts } from '../guards/package-scripts.ts';
import type { CommandSource } from '../guards/source.ts';
import { workflows } from '../guards/workflows.ts';

export const dangerousCommand: FindingKind = {
  code: 'schema/dangerous-command',
  severity: 'error',
  boundary: 'data',
  meaning: 'A command that bypasses the migrations, or destroys data, is run for production.',
  cause: 'A command of development that was copied into a start script, a release command or a workflow.',
  help: 'Take it out: migrations go through this gate. For sample data write a migration, or run the seed by hand where it belongs.',
};

const sources: CommandSource[] = [packageScripts, ...lineSources, workflows];

/** Looks for such commands wherever the repository says what production runs. */
export function guardsCheck(workspace: string): Check {
  return { name: 'guards', boundary: 'data', run: () => guard(workspace) };
}

async function guard(workspace: string): Promise<Outcome> {
  const paths = await filesOf(workspace, path => sources.some(source => source.fits(path)));
  const findings: Finding[] = [];
  for (const path of paths) {
    const source = sources.find(candidate => candidate.fits(path));
    for (const { text, line, where, production } of source?.commands(await textOf(workspace, path)) ?? []) {
      const command = commandIn(text);
      if (!command || (!production && source === packageScripts)) continue; // a script that only people run is theirs
      const name = command.pattern.exec(plainCommand(text))?.[0] ?? '';
      const message = `${where} in ${path} runs \`${name}\`, which ${command.does}.`;
      const severity = production ? 'error' : 'warning';
      findings.push(found(dangerousCommand, { message, severity, place: { path, line } }));
    }
  }
  return concludeFrom(findings, `${paths.length} file${paths.length === 1 ? '' : 's'} looked through`);
}

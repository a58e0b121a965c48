import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { profiles } from '../../../platforms/create-platform.ts';
import { type RepositoryFile, readIfPresent } from './repository-file.ts';

export const dbPush: FindingKind = {
  code: 'env/db-push-on-release',
  severity: 'error',
  boundary: 'data',
  meaning: '`prisma db push` changes the database without a migration, and can drop tables and columns.',
  cause: 'A command from development became part of a command that runs on every release.',
  help: 'Use `prisma migrate deploy` instead, or the gate push-schema.',
};

const command = /\bprisma\s+db\s+push\b/;
const deployFiles = ['Dockerfile', 'Procfile', ...profiles.flatMap(({ configFiles }) => configFiles)];
const rootFiles = profiles.flatMap(profile => profile.rootFiles ?? []);
/** Scripts of package.json that npm or a platform runs during a release, or whose name suggests it. */
const releaseScript = /^(pre|post)?(start|build|install|prepare|deploy|release)(:|$)|prod|vercel|heroku|render|railway/;
const workflows = '.github/workflows';

/** Looks for `prisma db push` in everything that a release runs. */
export function checkDbPush(service: string, workspace: string, folder: string): Check {
  return {
    name: `${service}: commands of the release`,
    boundary: 'data',
    run: async () => {
      const ofFolder = [...deployFiles, 'package.json'].map(name => readIfPresent(workspace, folder, name));
      const ofRoot = folder === '.' ? [] : rootFiles.map(name => readIfPresent(workspace, name));
      const ofWorkflows = (await listYamlNames(resolve(workspace, workflows))).map(name =>
        readIfPresent(workspace, workflows, name),
      );
      const files = (await Promise.all([...ofFolder, ...ofRoot, ...ofWorkflows])).flatMap(file => file ?? []);
      return concludeFrom(files.flatMap(findDbPush), `${pluralize(files.length, 'file')} read`);
    },
  };
}

function findDbPush({ path, lines }: RepositoryFile): Finding[] {
  const isPackage = path.endsWith('package.json');
  const inWorkflow = path.startsWith(join(workflows, '/').replaceAll('\\', '/'));
  return lines.flatMap((line, index) => {
    if (!command.test(line) || /^\s*(#|\/\/)/.test(line)) return [];
    const script = /^\s*"([^"]+)"\s*:/.exec(line)?.[1] ?? '';
    if (isPackage && !releaseScript.test(script)) return [];
    const where = isPackage ? `The script \`${script}\` in ${path}` : path;
    // A workflow may push to a database that it creates for tests.
    const severity = inWorkflow ? 'warning' : 'error';
    return [
      found(dbPush, { message: `${where} runs \`prisma db push\`.`, severity, place: { path, line: index + 1 } }),
    ];
  });
}

async function listYamlNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => /\.ya?ml$/.test(name));
  } catch {
    return []; // a repository without workflows
  }
}

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyMigrations } from './migrate.ts';
import type { Release } from './releases.ts';

const example = fileURLToPath(new URL('../../../workflows-examples/prediction-market/', import.meta.url));

/** Where the services answer on this machine. */
export interface Addresses {
  api: string;
  app: string;
}

/** Writes the repository of the prediction market as a release's commit has it, with the example's workflows. */
export async function writeConsumer(folder: string, release: Release, addresses: Addresses): Promise<void> {
  const workflows = join(folder, '.github/workflows');
  await mkdir(workflows, { recursive: true });
  for (const file of ['release.yml', 'rollback.yml', 'pull-request.yml']) {
    await cp(join(example, file), join(workflows, file));
  }
  const configuration = await readFile(join(example, 'release-gates.yml'), 'utf8');
  await writeFile(join(folder, '.github/release-gates.yml'), onThisMachine(configuration, addresses));
  await writeFile(join(folder, 'fly.toml'), 'app = "pm-backend"\n\n[http_service]\n  internal_port = 8080\n');
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nEXPOSE 8080\n');
  await copyMigrations(release, join(folder, 'prisma/migrations'));
}

/**
 * The example's configuration for a machine that has neither the domains, nor a pooler, nor TLS in front of Redis, and
 * where what is not ready within seconds never will be.
 */
function onThisMachine(configuration: string, { api, app }: Addresses): string {
  return configuration
    .replaceAll('https://api.example.com', api)
    .replaceAll('wss://api.example.com/ws', socketOf(api))
    .replaceAll('https://app.example.com', app)
    .replace('url: ${app}', 'url: ${app}\n    domain: app.example.com')
    .replace(', pooler: transaction', '')
    .replace('tls: true', 'tls: false')
    .replaceAll(/^( +)get: \/(ready|version)$/gm, '$&\n$1deadline: 4s');
}

export function socketOf(api: string): string {
  return `${api.replace(/^http/, 'ws')}/ws`;
}

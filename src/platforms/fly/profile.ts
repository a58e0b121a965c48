import type { FlyService } from '../../config/schema/services.ts';
import { quoteForShell } from '../../core/shell-quote.ts';
import type { NamedPort, PlatformProfile } from '../profile.ts';

export const flyProfile: PlatformProfile<FlyService> = {
  name: 'Fly.io',
  explainSetting: (variable, { app }) => `Set it: \`fly secrets set ${variable}=… -a ${app}\`.`,
  explainDeployingVariables: ({ app }) =>
    `If this release does not deploy the service, run \`fly secrets deploy -a ${app}\`.`,
  // docs: Fly.io, fly deploy
  explainGoingBack: ({ app }, { id }) =>
    `Run \`fly deploy --image ${quoteForShell(id)} -a ${quoteForShell(app)}\`, where the fly.toml of the service is.`,
  ownVariables: /^FLY_/,
  deploysPushes: false,
  secretsAtBuild: false,
  configFiles: ['fly.toml'],
  ports: { file: 'fly.toml', find: findPorts },
  sharedDomains: ['fly.dev'],
};

/**
 * docs: Fly.io, App configuration (fly.toml): `internal_port` of [http_service] and [[services]], and PORT of [env].
 */
function findPorts(lines: string[]): NamedPort[] {
  let section = '';
  return lines.flatMap((line, index) => {
    section = /^\s*\[+\s*([\w.]+)\s*\]+/.exec(line)?.[1] ?? section;
    const [, key, value] = /^\s*(internal_port|PORT)\s*=\s*["']?(\d+)/.exec(line) ?? [];
    const wanted = key === 'PORT' ? section === 'env' : /^(http_service|services)$/.test(section);
    return key !== undefined && wanted ? [{ key, port: Number(value), line: index + 1 }] : [];
  });
}

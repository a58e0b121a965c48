import { type Check, concludeFrom, passed } from '../../../core/check.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { profiles } from '../../../platforms/create-platform.ts';
import { type RepositoryFile, readIfPresent } from './repository-file.ts';

export const portsDiffer: FindingKind = {
  code: 'env/ports-differ',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The platform sends requests to a port the service does not listen on, so they all fail.',
  cause: 'PORT, `internal_port` in fly.toml and `EXPOSE` in the Dockerfile did not change together.',
  help: 'Set all of them to the same port.',
};

interface Port {
  /** As a sentence names it. */
  name: string;
  port: number;
  place?: Place;
}

/** Whether PORT, fly.toml and the Dockerfile agree. `port` is the value of PORT, where it is known. */
export function checkPorts(service: string, workspace: string, folder: string, port: string | undefined): Check {
  return {
    name: `${service}: ports`,
    boundary: 'delivery',
    run: async () => {
      const [ofPlatforms, docker] = await Promise.all([
        findPlatformPorts(workspace, folder),
        readIfPresent(workspace, folder, 'Dockerfile'),
      ]);
      const ports = [
        ...(port !== undefined && /^\d+$/.test(port) ? [{ name: 'PORT', port: Number(port) }] : []),
        ...ofPlatforms,
        ...(docker ? findDockerPorts(docker) : []),
      ];
      const [first, ...others] = ports;
      if (first === undefined || others.length === 0) return passed('nothing to compare');
      const findings = others
        .filter(other => other.port !== first.port)
        .map(other =>
          found(portsDiffer, {
            message: `${other.name} is ${other.port}, but ${first.name} is ${first.port}.`,
            help: `Set both to the port that ${service} listens on.`,
            ...((other.place ?? first.place) && { place: other.place ?? first.place }),
          }),
        );
      return concludeFrom(findings, ports.map(({ name }) => name).join(', '));
    },
  };
}

async function findPlatformPorts(workspace: string, folder: string): Promise<Port[]> {
  const found = profiles.map(async ({ ports }) => {
    if (ports === undefined) return [];
    const file = await readIfPresent(workspace, folder, ports.file);
    if (file === undefined) return [];
    const { path, lines } = file;
    return ports
      .find(lines)
      .map(({ key, port, line }) => ({ name: `\`${key}\` in ${path}`, port, place: { path, line } }));
  });
  return (await Promise.all(found)).flat();
}

/** Only the last stage of a Dockerfile runs. */
function findDockerPorts({ path, lines }: RepositoryFile): Port[] {
  const stage = lines.findLastIndex(line => /^\s*FROM\s/i.test(line));
  const exposed = lines.flatMap((line, index) => {
    const ports = index > stage ? /^\s*EXPOSE\s+(.+)$/i.exec(line)?.[1] : undefined;
    return [...(ports ?? '').matchAll(/\b(\d{1,5})(?:\/tcp)?\b(?!\/)/g)].map(([, port]) => ({
      name: `\`EXPOSE\` in ${path}`,
      port: Number(port),
      place: { path, line: index + 1 },
    }));
  });
  return exposed.length === 1 ? exposed : []; // with several, the one that serves is unknown
}

import { fileURLToPath } from 'node:url';
import type { Build } from './deployments.ts';

const server = fileURLToPath(new URL('./sample-server.mjs', import.meta.url));

/** A small service that tells its version at /version and its health at /health. */
export function sampleBuild(version: string, env: Record<string, string> = {}): Build {
  return { command: [process.execPath, server], env: { VERSION: version, ...env } };
}

/** As `sampleBuild`, within this process: for tests that need no process of its own. */
export function lightBuild(version: string, env: Record<string, string> = {}): Build {
  return {
    ...sampleBuild(version, env),
    inProcess:
      ({ VERSION, HEALTH = '200' }) =>
      ({ url }, response) => {
        if (url?.startsWith('/health')) response.writeHead(Number(HEALTH)).end(`health ${HEALTH}`);
        else response.end(url?.startsWith('/version') ? VERSION : `hello from ${VERSION}`);
      },
  };
}

/** A build that starts and listens, and whose /health says 503. */
export function unhealthyBuild(version: string): Build {
  return lightBuild(version, { HEALTH: '503' });
}

/** A build that writes the message and ends with status 1. */
export function crashes(message: string): Build {
  return { command: [process.execPath, '-e', `console.error(${JSON.stringify(message)}); process.exit(1)`], env: {} };
}

/** A build that listens for a moment, then writes the message and ends with status 1. */
export function crashesLater(message: string): Build {
  const code = `require('node:http').createServer().listen(process.env.PORT); setTimeout(() => { console.error(${JSON.stringify(message)}); process.exit(1); }, 100)`;
  return { command: [process.execPath, '-e', code], env: {} };
}

/** A build that runs and never listens. */
export function keepsSilent(): Build {
  return { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], env: {} };
}

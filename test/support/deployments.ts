import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onFreePort } from './free-port.ts';
import { listen, stopServer } from './listen.ts';
import { ProcessEndedEarly, startProcess } from './process.ts';

export { type Domain, type DomainOptions, startDomain } from './domain.ts';

/** What a platform would run: a process that listens on `$PORT` of the loopback interface and answers HTTP. */
export interface Build {
  command: string[];
  env: Record<string, string>;
  /** Answers instead of a process, for tests of what happens around a deployment. It is told the whole environment. */
  inProcess?(env: Record<string, string>): RequestListener;
}

export interface RunningDeployment {
  /** Base URL without a trailing slash. */
  url: string;
  /** Resolves with the exit status; 128 plus the signal's number when a signal ended the process. */
  exited: Promise<number | null>;
  /** Everything written so far, both streams. */
  output(): string;
  /** Asks the process to end, kills it when it does not, and resolves when it is gone. */
  stop(): Promise<void>;
}

export interface DeploymentOptions {
  /** Added to the environment of the build. */
  env?: Record<string, string>;
  cwd?: string;
  /** Milliseconds the process has to start listening. Default 15 000. */
  startWithin?: number;
  /** Milliseconds between the request to end and the kill. Default 2 000. */
  stopWithin?: number;
}

/**
 * Starts a build on a free port and resolves when it accepts connections.
 *
 * @throws ProcessEndedEarly when the process ends first; an Error with its output when it does not listen in time.
 */
export function startDeployment(build: Build, options: DeploymentOptions = {}): Promise<RunningDeployment> {
  if (build.inProcess) return serveHere(build.inProcess({ ...build.env, ...options.env }));
  return onFreePort(port => startOn(port, build, options));
}

async function serveHere(listener: RequestListener): Promise<RunningDeployment> {
  const server = createServer(listener);
  const url = await listen(server);
  const { promise: exited, resolve } = Promise.withResolvers<number | null>();
  return {
    url,
    exited,
    output: () => '',
    async stop() {
      await stopServer(server);
      resolve(0);
    },
  };
}

async function startOn(port: number, build: Build, options: DeploymentOptions): Promise<RunningDeployment> {
  const [program, ...args] = build.command;
  if (program === undefined) throw new TypeError('The command of a build must name a program.');
  const running = await startProcess(program, args, {
    env: { ...inherited(), ...build.env, ...options.env, PORT: String(port) },
    stopWithin: options.stopWithin ?? 2_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });

  let ended: number | undefined;
  void running.exited.then(status => {
    ended = status;
  });
  const startWithin = options.startWithin ?? 15_000;
  const deadline = performance.now() + startWithin;
  while (!(await accepts(port))) {
    if (ended !== undefined) throw new ProcessEndedEarly(program, ended, running.output());
    if (performance.now() > deadline) {
      await running.stop();
      throw new Error(`${program} did not listen on its PORT within ${startWithin} ms:\n${running.output()}`);
    }
    await sleep(10);
  }
  return { ...running, url: `http://127.0.0.1:${port}` };
}

/** A deployment sees its own environment, not that of whoever started it. */
function inherited(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
  return Object.fromEntries(
    kept.flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

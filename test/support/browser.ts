import { spawnSync } from 'node:child_process';

/** When the tests run that are skipped without a browser. */
export const BROWSER_MISSING = 'runs where Chromium is installed';

const program = ['chromium', 'chromium-browser', 'google-chrome'].find(
  name => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

export const hasBrowser = program !== undefined;

interface Rendered {
  /** The document after its scripts ran. */
  dom: string;
  /** Errors and warnings in the console, those of the policy of the page included. */
  problems: string[];
}

/** Opens a file in a real browser. */
export function renderInBrowser(path: string, profile: string): Rendered {
  if (program === undefined) throw new Error('there is no browser');
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    `--user-data-dir=${profile}`,
  ];
  const options = [...flags, '--enable-logging=stderr', '--virtual-time-budget=2000', '--dump-dom', `file://${path}`];
  const { stdout, stderr } = spawnSync(program, options, {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 32 * 1024 * 1024,
  });
  return { dom: stdout, problems: stderr.split('\n').filter(line => line.includes(':CONSOLE')) };
}

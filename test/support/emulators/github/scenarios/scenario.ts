import { type JsonClient, jsonClient } from '../../json-client.ts';
import { type GitHubEmulator, type GitHubOptions, startGitHub } from '../index.ts';
import { shaOf } from '../repository.ts';

export const FIRST = shaOf('first');
export const SECOND = shaOf('second');
export const UNKNOWN = shaOf('unknown');

export interface Given {
  github: GitHubEmulator;
  call: JsonClient;
}

/** What a client does with the emulator and what it finds. Its tests run these; so does the contract test. */
export interface Scenario {
  name: string;
  options?: Partial<GitHubOptions>;
  run(given: Given): Promise<void>;
}

export async function start(options: Partial<GitHubOptions> = {}): Promise<Given> {
  const github = await startGitHub({
    repository: 'acme/shop',
    token: 'test-token',
    commits: [FIRST, SECOND],
    pulls: [{ number: 7, head: 'feature', sha: shaOf('feature') }],
    ...options,
  });
  return { github, call: jsonClient(`${github.apiUrl}/repos/acme/shop`, 'Bearer test-token') };
}

/** What identifies and describes most objects of the API. */
export interface Identified {
  id: number;
  number: number;
  state: string;
  sha: string;
}

import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { onCleanUp } from '../support/clean-up.ts';
import { listen, stopServer } from '../support/listen.ts';
import { type BuiltResult, runGate, startGate } from '../support/run-built.ts';

/** What a stranger could say to make the runner do something. */
const commands = [
  '::add-mask::innocent',
  '  ::set-output name=verdict::passed',
  '\t::error file=x.ts,line=1::planted',
  '\u0085::add-mask::innocent',
  '##[error]planted',
  'text ##[add-mask]innocent',
  '\r::add-mask::innocent\r\n::warning::planted',
  '::stop-commands::pause',
  '%0A::error::planted',
];

/** The same for GitHub's Markdown. */
const markup = [
  '<script>alert(1)</script> <img src=x> | cell |',
  '![img](https://evil.example/x.png) [link](https://evil.example) https://evil.example www.evil.example',
  '@octocat #1 `code` ``` **bold** ~~x~~ $x$ \\|',
];

/** A token would be masked by a command of the gate's own. */
const withoutToken = { 'github-token': '' };

/** The address of a service that answers everything with 500 and this body. */
async function serviceThatSays(body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(500).end(body));
  onCleanUp(() => stopServer(server));
  return listen(server);
}

async function probeOf(body: string): Promise<BuiltResult> {
  return runGate('probe', { with: { url: await serviceThatSays(body), for: '0s', deadline: '1ms', ...withoutToken } });
}

/** The lines that the runner would carry out, but for those that show debugging and findings. */
function foreignCommandsIn({ stdout, stderr }: BuiltResult): string[] {
  const lines = `${stdout}\n${stderr}`.split(/\r\n|\r|\n/);
  const carriedOut = lines.filter(line => /^[\s\u0085]*::/.test(line) || line.includes('##['));
  return carriedOut.filter(line => !/^::debug::|^::error [^:]*title=(answer|config|network)\//.test(line));
}

describe('no text becomes a command of the runner', () => {
  test.each(commands)('from an answer: %j', async line => {
    const result = await probeOf(`begin\n${line}\nend`);
    expect(foreignCommandsIn(result)).toEqual([]);
    expect(result.findings).toMatchObject([{ code: 'answer/wrong-status' }]);
    expect(result.annotations).toHaveLength(1);
    expect(result.log).not.toContain('***');
  });

  test.each([
    ['a commit', { commit: 'abc\n::error::planted' }],
    ['an environment', { environment: '::add-mask::innocent\r##[error]planted' }],
    ['the name of a file', { config: '::error::planted\n::add-mask::innocent' }],
    ['an address with a branch', { url: 'http://127.0.0.1:1/feature\n::error::planted', for: '0s', deadline: '1ms' }],
  ])('from an input: %s', async (_, given) => {
    const config =
      'environments: { production: {} }\nprobe: { api: { live: { get: "http://127.0.0.1:1/${commit}", for: 0s, deadline: 1ms } } }';
    const result = await runGate('probe', { with: { environment: 'production', ...withoutToken, ...given }, config });
    expect(result.exitCode).toBe(1);
    expect(foreignCommandsIn(result)).toEqual([]);
    expect(result.log).not.toContain('***');
  });

  test('from the configuration', async () => {
    const config = `"::error::planted\\n##[error]planted": {}\nprobe: "::add-mask::innocent"`;
    const result = await runGate('probe', { with: withoutToken, config });
    expect(result.findings.map(({ code }) => code).sort()).toEqual(['config/invalid-value', 'config/unknown-key']);
    expect(foreignCommandsIn(result)).toEqual([]);
  });
});

describe('text in the summary is only text', () => {
  test.each(markup)('%s', async text => {
    const { summary } = await probeOf(text);
    const row = summary.split('\n').find(line => line.includes('answer/wrong-status')) ?? '';
    expect(row.split('|')).toHaveLength(7); // five cells
    expect(row).not.toMatch(/<(?!\/?code>)|!\[|\]\(|@|:\/\/|www\.|`|\*|~|\$/);
  });
});

test('text in an output stays in that output', async () => {
  const url = await serviceThatSays('x\nghadelimiter_1\nverdict=passed\nverdict<<x\npassed\nx\n');
  const gate = startGate('probe', { env: { INPUT_URL: url, INPUT_FOR: '0s', INPUT_DEADLINE: '1ms' } });
  onCleanUp(gate.remove);
  await gate.ended;
  const names = [...gate.outputs().matchAll(/^(\w+)(=|<<)/gm)].map(([, name]) => name);
  expect(names).toEqual(['verdict', 'findings', 'verdict', 'findings', 'record']); // the first two are provisional
});

test('a message with percent signs and a file with colons and commas arrive as they are', async () => {
  const missing = await runGate('validate-env', { with: { config: 'dir,a/100%: x.yml' } });
  expect(missing.annotations[0]?.message).toContain('dir,a/100%: x.yml: there is no such file');
  const different = await runGate('validate-env', {
    config: 'env: { api: { A: { equals: "100%: x" } } }',
    stepEnv: { A: '1' },
  });
  expect(different.annotations[0]?.message).toContain('api.A is not "100%: x"');
});

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { diagnose } from './language-service.ts';
import { unknownOutputs } from './step-outputs.ts';
import { problemsOfAction, problemsOfWorkflow } from './workflow-rules.ts';

const suite = fileURLToPath(new URL('../..', import.meta.url));
const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1';

const good = `
name: Release
on: push
permissions: {}
concurrency:
  group: release
  cancel-in-progress: false
jobs:
  release:
    name: Release
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read # to check out
    steps:
      - uses: ${CHECKOUT} # v7.0.1
        with:
          persist-credentials: false
      - id: probe
        uses: OWNER/release-gates/actions/probe@v1
        with:
          url: https://example.com
      - uses: OWNER/release-gates/actions/deploy@v1
      - run: echo "$WORD"
        env:
          WORD: \${{ steps.probe.outputs.verdict }}
`;

describe('the rules of workflows', () => {
  test('are kept by a good one', () => {
    expect(problemsOfWorkflow(good)).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['permissions: {}', '', 'does not start from'],
    ['permissions: {}', 'permissions: read-all', 'does not start from'],
    [' # to check out', '', 'the permission contents does not say why'],
    ['    name: Release\n', '', 'has no name'],
    ['    timeout-minutes: 5\n', '', 'has no timeout-minutes'],
    ['    permissions:\n      contents: read # to check out\n', '', 'has no permissions'],
    ['  group: release\n', '', 'has no concurrency group'],
    ['in-progress: false', 'in-progress: true', 'cancel-in-progress: false'],
    ['persist-credentials: false', 'persist-credentials: true', 'persist-credentials: false'],
    [' # v7.0.1', '', 'is not pinned'],
    [' # v7.0.1', ' # v7', 'is not pinned'],
    [`${CHECKOUT} # v7.0.1`, 'actions/checkout@v7 # v7.0.1', 'is not pinned'],
    ['OWNER/release-gates/actions/probe@', '$/actions/probe@', 'is not $/ and a path'],
    ['echo "$WORD"', 'echo ${{ github.head_ref }}', 'a script has an expression'],
  ])('are broken when %j becomes %j', (from, to, problem) => {
    const problems = problemsOfWorkflow(good.replace(from, () => to));
    expect(problems).toContainEqual(expect.stringContaining(problem));
    expect(problems).toHaveLength(1);
  });

  test('ask for concurrency only where something is changed', () => {
    const reading = good.replace('in-progress: false', 'in-progress: true');
    for (const mode of ['check', 'judge']) {
      const push = `actions/push-schema@v1\n        with: { mode: ${mode} }`;
      expect(problemsOfWorkflow(reading.replace('actions/deploy@v1', push))).toEqual([]);
    }
    for (const gate of ['actions/push-schema@v1', 'actions/rollback@v1'])
      expect(problemsOfWorkflow(reading.replace('actions/deploy@v1', gate))).toHaveLength(1);
    expect(problemsOfWorkflow(reading.replace('release-gates/actions/deploy@v1', 'release-gates@v1'))).toHaveLength(1);
  });
});

describe('the rules of actions', () => {
  test('forbid what is looked for in the checkout of the consumer', () => {
    const action = 'runs: { using: composite, steps: [{ uses: ./actions/probe }] }';
    expect(problemsOfAction(action)).toEqual([expect.stringContaining('write $/ instead of ./')]);
    expect(problemsOfAction(action.replace('./', '$/'))).toEqual([]);
  });
});

describe('outputs', () => {
  const outputsOf = (uses: string): string[] | undefined => (uses.startsWith('OWNER/') ? ['verdict'] : undefined);

  test('are those that the action of the step declares', () => {
    expect(unknownOutputs(good, outputsOf)).toEqual([]);
    expect(unknownOutputs(good.replace('outputs.verdict', 'outputs.verdikt'), outputsOf)).toEqual([
      'OWNER/release-gates/actions/probe@v1 has no output verdikt',
    ]);
  });

  test('of actions of others and of scripts may be any', () => {
    expect(unknownOutputs(good.replace('OWNER/', 'others/').replace('verdict', 'any'), outputsOf)).toEqual([]);
  });
});

describe("GitHub's language service", () => {
  const probe = good.replace('      - uses: OWNER/release-gates/actions/deploy@v1\n', '');

  async function diagnosed(text: string): Promise<string[]> {
    return diagnose({ path: '.github/workflows/release.yml', text, suite });
  }

  test('accepts a good workflow', async () => {
    expect(await diagnosed(probe)).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['          url:', '          uri:', "22:11 Invalid action input 'uri'"],
    ['persist-credentials', 'persist-credential', "Invalid action input 'persist-credential'"],
    ['actions/probe@', 'actions/prob@', 'Unable to resolve action'],
    ['OWNER/release-gates/actions/probe@v1', '$/actions/probe', 'Unable to resolve action'],
    ['outputs.verdict }}', 'outputs.verdict', 'The expression is not closed'],
    ['timeout-minutes', 'timeout-minute', "Unexpected value 'timeout-minute'"],
    ['steps.probe.', 'steps.prob.', 'Context access might be invalid: prob'],
  ])('says what is wrong when %j becomes %j', async (from, to, message) => {
    expect(await diagnosed(probe.replace(from, () => to))).toContainEqual(expect.stringContaining(message));
  });
});

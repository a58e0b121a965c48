import { isMap, isPair, isScalar, type Pair, parse, parseDocument, visit } from 'yaml';

/**
 * The rules that every workflow of this repository keeps, and every one that it offers for copying. Each answers with
 * what breaks it; none when it is kept.
 */
export function problemsOfWorkflow(text: string): string[] {
  return [
    ...problemsOfPermissions(text),
    ...problemsOfJobs(text),
    ...problemsOfConcurrency(text),
    ...problemsOfCheckouts(text),
    ...problemsOfUses(text),
    ...problemsOfScripts(text),
  ];
}

/** The rules that hold for an action.yml. */
export function problemsOfAction(text: string): string[] {
  const local = usesIn(text).filter(({ uses }) => uses.startsWith('./'));
  return [
    ...local.map(({ uses }) => `${uses} is looked for in the consumer's checkout: write $/ instead of ./`),
    ...problemsOfUses(text),
    ...problemsOfScripts(text),
  ];
}

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
}

interface Job {
  name?: string;
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  concurrency?: Concurrency;
  environment?: unknown;
  steps?: Step[];
}

interface Concurrency {
  group?: string;
  'cancel-in-progress'?: boolean | string;
}

interface Workflow {
  permissions?: Record<string, string>;
  concurrency?: Concurrency;
  jobs: Record<string, Job>;
}

/** Nothing by default; each job asks for what it needs and says why. */
function problemsOfPermissions(text: string): string[] {
  const document = parseDocument(text);
  const problems: string[] = [];
  const top = document.get('permissions');
  if (!isMap(top) || top.items.length > 0) problems.push('the workflow does not start from `permissions: {}`');
  visit(document, {
    Pair: (_, pair) => {
      if (keyOf(pair) !== 'permissions' || !isMap(pair.value)) return;
      const silent = pair.value.items.filter(item => !hasComment(item));
      for (const item of silent) problems.push(`the permission ${keyOf(item)} does not say why it is needed`);
    },
  });
  return problems;
}

function keyOf(pair: unknown): unknown {
  return isPair(pair) && isScalar(pair.key) ? pair.key.value : undefined;
}

function hasComment(pair: Pair): boolean {
  return isScalar(pair.value) && typeof pair.value.comment === 'string';
}

function problemsOfJobs(text: string): string[] {
  return Object.entries(workflowOf(text).jobs).flatMap(([id, job]) =>
    (['name', 'timeout-minutes', 'permissions'] as const)
      .filter(key => job[key] === undefined)
      .map(key => `the job ${id} has no ${key}`),
  );
}

/** What changes something never runs twice at once, and is never stopped half-way. */
function problemsOfConcurrency(text: string): string[] {
  const workflow = workflowOf(text);
  return Object.entries(workflow.jobs)
    .filter(([, job]) => changesSomething(job))
    .flatMap(([id, job]) => {
      const concurrency = job.concurrency ?? workflow.concurrency;
      if (job.environment && !job.concurrency) {
        return [`the job ${id} may wait for an approval: a group of the whole workflow would be held all that time`];
      }
      if (!concurrency?.group) return [`the job ${id} changes something, and has no concurrency group`];
      return concurrency['cancel-in-progress'] === false
        ? []
        : [`the job ${id} changes something, and does not say cancel-in-progress: false`];
    });
}

function changesSomething({ permissions = {}, steps = [] }: Job): boolean {
  return Object.values(permissions).includes('write') || steps.some(isChangingGate);
}

function isChangingGate({ uses = '', with: given = {} }: Step): boolean {
  if (/release-gates@/.test(uses)) return true;
  if (/\/actions\/push-schema(@|$)/.test(uses)) return given.mode !== 'check' && given.mode !== 'judge';
  return /\/actions\/(deploy|rollback)(@|$)/.test(uses);
}

/** A checkout leaves no token behind for the steps after it. */
function problemsOfCheckouts(text: string): string[] {
  const steps = Object.values(workflowOf(text).jobs).flatMap(job => job.steps ?? []);
  return steps
    .filter(
      ({ uses, with: given }) => uses?.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false,
    )
    .map(() => 'a checkout does not say persist-credentials: false');
}

/** Actions of others are pinned by commit, with the version that it is. The suite itself is pinned by its user. */
function problemsOfUses(text: string): string[] {
  return usesIn(text).flatMap(({ uses, comment }) => {
    if (uses.startsWith('$/')) return /^\$\/[^@]+$/.test(uses) ? [] : [`${uses} is not $/ and a path, without @`];
    if (/^(\.\/|OWNER\/release-gates[/@])/.test(uses)) return [];
    const pinned = /@[0-9a-f]{40}$/.test(uses) && /^ v\d+\.\d+\.\d+$/.test(comment);
    return pinned ? [] : [`${uses} is not pinned by commit with a comment such as # v1.2.3`];
  });
}

/** What an expression puts into a script becomes part of the script: values go through env. */
function problemsOfScripts(text: string): string[] {
  return scalarsOf(text, 'run')
    .filter(({ value }) => value.includes('${{'))
    .map(({ value }) => `a script has an expression in it: ${value.trim().split('\n')[0]}`);
}

function usesIn(text: string): { uses: string; comment: string }[] {
  return scalarsOf(text, 'uses').map(({ value, comment }) => ({ uses: value, comment }));
}

function scalarsOf(text: string, key: string): { value: string; comment: string }[] {
  const found: { value: string; comment: string }[] = [];
  visit(parseDocument(text), {
    Pair: (_, pair) => {
      if (keyOf(pair) !== key || !isScalar(pair.value) || typeof pair.value.value !== 'string') return;
      found.push({ value: pair.value.value, comment: pair.value.comment ?? '' });
    },
  });
  return found;
}

function workflowOf(text: string): Workflow {
  return parse(text);
}

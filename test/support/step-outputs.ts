import { parse } from 'yaml';

interface Step {
  id?: string;
  uses?: string;
}

/** What has steps: a job of a workflow, or a composite action with its outputs. */
interface Steps {
  steps?: Step[];
}

/**
 * The uses of `steps.<id>.outputs.<name>` that name no output of the action of that step. The language service lets
 * them pass, as an action may set outputs that it does not declare. `outputsOf` answers undefined for an action of
 * others.
 */
export function unknownOutputs(text: string, outputsOf: (uses: string) => string[] | undefined): string[] {
  const file: { jobs?: Record<string, Steps>; runs?: Steps; outputs?: unknown } = parse(text);
  const scopes = file.jobs ? Object.values(file.jobs) : [{ ...file.runs, outputs: file.outputs }];
  return scopes.flatMap(scope => {
    const actions = new Map(scope.steps?.map(({ id, uses }) => [id, uses]));
    const references = JSON.stringify(scope).matchAll(/steps\.(?<id>[\w-]+)\.outputs\.(?<name>[\w-]+)/g);
    return [...references].flatMap(({ groups: { id = '', name = '' } = {} }) => {
      const uses = actions.get(id);
      const declared = uses && outputsOf(uses);
      return declared && !declared.includes(name) ? [`${uses} has no output ${name}`] : [];
    });
  });
}

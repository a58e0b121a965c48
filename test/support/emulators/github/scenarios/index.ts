import { accessScenarios } from './access.ts';
import { alertScenarios } from './alerts.ts';
import { changedFilesScenarios } from './changed-files.ts';
import { commitScenarios } from './commits.ts';
import { deploymentScenarios } from './deployments.ts';
import { gitScenarios } from './git.ts';
import { issueScenarios } from './issues.ts';
import { runScenarios } from './runs.ts';
import type { Scenario } from './scenario.ts';
import { teamScenarios } from './teams.ts';

export { start } from './scenario.ts';

export const scenarios: Scenario[] = [
  ...deploymentScenarios,
  ...commitScenarios,
  ...issueScenarios,
  ...gitScenarios,
  ...accessScenarios,
  ...alertScenarios,
  ...teamScenarios,
  ...runScenarios,
  ...changedFilesScenarios,
];

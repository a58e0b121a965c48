import './json-imports.ts';

// Dynamic, because a static import would be loaded before the hooks above are registered.
const workflowParser = await import('@actions/workflow-parser');
const actionParser = await import('@actions/workflow-parser/actions/index');

export const {
  NoOperationTraceWriter,
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isScalar,
  isSequence,
  isString,
  parseWorkflow,
} = workflowParser;
export const { parseAction } = actionParser;
export type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';

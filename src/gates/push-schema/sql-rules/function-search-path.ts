import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const functionSearchPathFinding: FindingKind = {
  code: 'schema/function-search-path',
  severity: 'warning',
  boundary: 'identity',
  meaning:
    "A function runs with the rights of its owner but looks up tables by the caller's search path. A caller can make it use tables of their own.",
  cause: 'SECURITY DEFINER without SET search_path.',
  help: "Add `SET search_path = ''` to the function, and write every name in it with its schema.",
};

export const functionSearchPath: SqlRule = {
  kind: functionSearchPathFinding,
  look: {
    CreateFunctionStmt: ({ funcname, options = [] }) => {
      const texts = options.map(node => ('DefElem' in node ? node.DefElem : {}));
      const definer = texts.some(
        ({ defname, arg }) => defname === 'security' && JSON.stringify(arg ?? '').includes('true'),
      );
      const path = texts.some(
        ({ defname, arg }) => defname === 'set' && JSON.stringify(arg ?? '').includes('search_path'),
      );
      if (!definer || path) return undefined;
      return {
        message: `The function ${columnsOf(funcname).join('.')} is SECURITY DEFINER and does not set search_path.`,
      };
    },
  },
};

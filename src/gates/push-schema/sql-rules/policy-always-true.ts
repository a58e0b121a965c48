import type { Node } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf, textOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const policyAlwaysTrueFinding: FindingKind = {
  code: 'schema/policy-always-true',
  severity: 'warning',
  boundary: 'identity',
  meaning: 'A policy lets everyone change every row, so row-level security protects nothing.',
  cause: 'CREATE POLICY … FOR ALL, INSERT, UPDATE or DELETE with USING (true) or WITH CHECK (true).',
  help: 'Restrict the rows, for example with `USING (user_id = (select auth.uid()))`. Or restrict the role: `TO service_role`.',
};

export const policyAlwaysTrue: SqlRule = {
  kind: policyAlwaysTrueFinding,
  look: {
    CreatePolicyStmt: ({ policy_name, cmd_name = 'all', permissive, qual, with_check, table, roles = [] }) => {
      if (cmd_name === 'select' || !permissive || !(isTrue(qual) || isTrue(with_check))) return undefined;
      const trusted = roles.every(
        node => 'RoleSpec' in node && /service_role|postgres|admin/.test(node.RoleSpec.rolename ?? ''),
      );
      if (trusted) return undefined;
      return { message: `The policy "${policy_name}" lets everyone change every row of ${shown(tableOf(table))}.` };
    },
  },
};

/** `true`, and comparisons of a constant with itself such as `1=1`. */
function isTrue(node: Node | undefined): boolean {
  if (node && 'A_Expr' in node && textOf(node.A_Expr.name?.[0]) === '=') {
    const [left, right] = [node.A_Expr.lexpr, node.A_Expr.rexpr].map(readConstant);
    return left !== undefined && left === right;
  }
  return node !== undefined && 'A_Const' in node && node.A_Const.boolval?.boolval === true;
}

function readConstant(node: Node | undefined): string | undefined {
  if (!node || !('A_Const' in node)) return undefined;
  const { ival, sval, boolval } = node.A_Const;
  return JSON.stringify({ ival, sval, boolval });
}

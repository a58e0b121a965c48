import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint } from './lint.ts';

export const constraintNotValidFinding: FindingKind = {
  code: 'schema/constraint-not-valid',
  severity: 'notice',
  boundary: 'data',
  meaning: 'A constraint is NOT VALID: existing rows may violate it, since PostgreSQL has not checked them.',
  cause: 'ADD CONSTRAINT … NOT VALID without a later VALIDATE CONSTRAINT.',
  help: 'Write a migration with `ALTER TABLE <table> VALIDATE CONSTRAINT <name>`, which does not block reads or writes.',
};

export const constraintNotValid: Lint = {
  kind: constraintNotValidFinding,

  exposed: false,
  query: `SELECT format('The constraint %s of %s.%s', k.conname, n.nspname, c.relname) AS subject,
           format('constraint_not_valid_%s_%s_%s', n.nspname, c.relname, k.conname) AS key
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT k.convalidated AND n.nspname NOT IN ${foreignSchemas}`,
  predicate: 'is NOT VALID',
};

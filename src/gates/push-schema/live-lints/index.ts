import { authUsersExposed } from './auth-users-exposed.ts';
import { constraintNotValid } from './constraint-not-valid.ts';
import { extensionInPublic } from './extension-in-public.ts';
import { foreignTableInApi } from './foreign-table-in-api.ts';
import { functionSearchPathMutable } from './function-search-path-mutable.ts';
import { invalidIndex } from './invalid-index.ts';
import type { Lint } from './lint.ts';
import { materializedViewInApi } from './materialized-view-in-api.ts';
import { policyExistsRlsDisabled } from './policy-exists-rls-disabled.ts';
import { rlsDisabledInPublic } from './rls-disabled-in-public.ts';
import { rlsEnabledNoPolicy } from './rls-enabled-no-policy.ts';
import { rlsPolicyAlwaysTrue } from './rls-policy-always-true.ts';
import { rlsReferencesUserMetadata } from './rls-references-user-metadata.ts';
import { securityDefinerView } from './security-definer-view.ts';

/** All lints of a live database, for before the push and after it. */
export const lints: Lint[] = [
  authUsersExposed,
  constraintNotValid,
  extensionInPublic,
  foreignTableInApi,
  functionSearchPathMutable,
  invalidIndex,
  materializedViewInApi,
  policyExistsRlsDisabled,
  rlsDisabledInPublic,
  rlsEnabledNoPolicy,
  rlsPolicyAlwaysTrue,
  rlsReferencesUserMetadata,
  securityDefinerView,
];

import type { CommandService } from '../../config/schema/services.ts';
import { quoteForShell } from '../../core/shell-quote.ts';
import type { PlatformProfile } from '../profile.ts';

/** A service that a command of the user deploys: where it runs is not known. */
export const commandProfile: PlatformProfile<CommandService> = {
  name: 'its own host',
  explainSetting: variable => `Set ${variable} where the service runs.`,
  explainGoingBack: ({ 'rollback-command': command }, { id, commit }) =>
    command === undefined
      ? `Release ${commit ?? id} again.`
      : `Run \`RELEASE_TARGET=${quoteForShell(id)} sh -c ${quoteForShell(command)}\` in the checkout.`,
  deploysPushes: false,
  secretsAtBuild: true,
  configFiles: [],
  sharedDomains: [],
};

import type { Configuration } from '../../../config/load.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { createSupabaseManagement } from '../../../vendors/supabase/management.ts';

export const authSetting: FindingKind = {
  code: 'identity/auth-setting',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Users of the Supabase project sign in under other rules than they should.',
  cause: 'A setting of the project that was never made, or was changed by hand for a test.',
  help: 'Change it under Authentication in the dashboard of the project.',
};

/** How users of each Supabase project sign in. */
export function authChecks(config: Configuration, context: GateContext): Check[] {
  return Object.entries(config.preflight.auth).map(([name, wanted]) => ({
    name: `auth.${name}`,
    boundary: 'identity',
    run: async signal => {
      const place = config.placeOfKey(['preflight', 'auth', name]);
      const auth = await createSupabaseManagement(context).auth(wanted.supabase, signal);
      const actual = {
        smtp: Boolean(auth.smtp_host),
        'confirm-email': auth.mailer_autoconfirm === false,
        mfa: Boolean(auth.mfa_totp_enroll_enabled && auth.mfa_totp_verify_enabled),
      };
      const words = {
        smtp: [
          'sends e-mails through an SMTP server of its own',
          'has no SMTP server of its own, so few e-mails are sent',
        ],
        'confirm-email': ['asks to confirm e-mail addresses', 'lets users in without confirming their e-mail address'],
        mfa: ['offers a second factor', 'offers no second factor (TOTP)'],
      } as const;
      const findings = (['smtp', 'confirm-email', 'mfa'] as const).flatMap((setting): Finding[] => {
        if (wanted[setting] === undefined || wanted[setting] === actual[setting]) return [];
        const message = `The project ${name} ${words[setting][actual[setting] ? 0 : 1]}.`;
        return [found(authSetting, { message, place })];
      });
      return concludeFrom(findings);
    },
  }));
}

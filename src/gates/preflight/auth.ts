import { concludeFrom } from '../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { createSupabaseManagement, type SupabaseAuth } from '../../vendors/supabase/management.ts';
import { locateErrors } from './locate-errors.ts';
import type { Section } from './section.ts';

export const authSetting: FindingKind = {
  code: 'identity/wrong-auth-setting',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The sign-in settings of the Supabase project differ from the required ones.',
  cause: 'Nobody made the setting, or someone changed it by hand for a test.',
  help: "Change the setting under Authentication in the project's dashboard.",
};

interface Setting {
  key: 'smtp' | 'confirm-email' | 'mfa';
  read(auth: SupabaseAuth): boolean;
  /** What the project does with the setting on and off. */
  on: string;
  off: string;
}

const settings: Setting[] = [
  {
    key: 'smtp',
    read: auth => Boolean(auth.smtp_host),
    on: 'sends e-mails through an SMTP server of its own',
    off: 'has no SMTP server of its own, so Supabase sends only a few e-mails an hour',
  },
  {
    key: 'confirm-email',
    read: auth => auth.mailer_autoconfirm === false,
    on: 'asks users to confirm their e-mail address',
    off: 'lets users in without confirming their e-mail address',
  },
  {
    key: 'mfa',
    read: auth => Boolean(auth.mfa_totp_enroll_enabled && auth.mfa_totp_verify_enabled),
    on: 'offers a second factor',
    off: 'offers no second factor (TOTP)',
  },
];

/** How users of each Supabase project sign in. */
export const planAuthChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.auth ?? {}).map(([name, wanted]) => {
    const findPlace = (key: string) => config.placeOfKey(['preflight', 'auth', name, key]);
    const run = async (signal: AbortSignal) => {
      const auth = await createSupabaseManagement(context).auth(wanted.supabase, signal);
      const findings = settings.flatMap(({ key, read, on, off }): Finding[] => {
        const actual = read(auth);
        if (wanted[key] === undefined || wanted[key] === actual) return [];
        const message = `The project ${name} ${actual ? on : off}.`;
        return [found(authSetting, { message, place: findPlace(key) })];
      });
      return concludeFrom(findings);
    };
    const source = { key: `preflight.auth.${name}.supabase`, place: findPlace('supabase') };
    return { name: `auth.${name}`, boundary: 'identity', run: locateErrors(source, run) };
  });

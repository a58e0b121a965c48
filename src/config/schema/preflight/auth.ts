import * as z from 'zod';

/** How users of a Supabase project sign in. */
export const authSettingsSchema = z.strictObject({
  supabase: z.string().min(1).describe('The reference of the project. Needs SUPABASE_ACCESS_TOKEN.'),
  smtp: z.boolean().optional().describe('Whether an SMTP server of your own sends the e-mails.'),
  'confirm-email': z.boolean().optional().describe('Whether an e-mail address must be confirmed before signing in.'),
  mfa: z.boolean().optional().describe('Whether users can protect their account with a second factor (TOTP).'),
});

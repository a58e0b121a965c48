import * as z from 'zod';

/** How users of a Supabase project sign in. */
export const authSettingsSchema = z.strictObject({
  supabase: z.string().min(1).describe('The reference of the project. Needs SUPABASE_ACCESS_TOKEN.'),
  smtp: z.boolean().optional().describe('Whether your own SMTP server must send the e-mails.'),
  'confirm-email': z
    .boolean()
    .optional()
    .describe('Whether users must confirm their e-mail address before they can sign in.'),
  mfa: z.boolean().optional().describe('Whether users must be able to add a second factor (TOTP).'),
});

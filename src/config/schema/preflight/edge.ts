import * as z from 'zod';
import { daysSchema } from '../common.ts';

const host = z.string().regex(/^[^\s/:]+$/, 'a host without scheme and path, such as api.example.com');

/** What must hold between the users and the platform, for one host. */
export const edgeSchema = z.strictObject({
  host: host.describe('The host that users see.'),
  port: z.int().min(1).max(65535).default(443).describe('The HTTPS port.'),
  cname: host.optional().describe('What the host must be a CNAME of, or end in the addresses of.'),
  addresses: z.array(z.string().min(1)).default([]).describe('Addresses (A or AAAA) that the host must have.'),
  resolvers: z
    .array(z.string().min(1))
    .default([])
    .describe('Addresses or names of name servers that must all give the same answer, such as [1.1.1.1, 8.8.8.8].'),
  caa: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The certificate authority that CAA records must allow, such as letsencrypt.org. Without CAA records, every authority is allowed.',
    ),
  certificate: z
    .strictObject({
      'valid-for': daysSchema
        .prefault('14d')
        .describe('How many more days the certificate must be valid, such as 30d.'),
      'at-least': z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('The oldest TLS version allowed.'),
    })
    .optional()
    .describe('The certificate (chain, name, days left, key) and the TLS version.'),
  'https-redirect': z.boolean().default(false).describe('Whether plain HTTP must redirect to HTTPS on the same host.'),
  hsts: daysSchema.optional().describe('The minimum max-age of Strict-Transport-Security in days, such as 180d.'),
  websocket: z
    .string()
    .startsWith('/')
    .optional()
    .describe('A path that must upgrade to a WebSocket and must not be cached.'),
});

export type Edge = z.infer<typeof edgeSchema>;

import * as z from 'zod';
import { daysSchema } from '../common.ts';

const host = z.string().regex(/^[^\s/:]+$/, 'a host without scheme and path, such as api.example.com');

/** What must hold between the users and the platform, for one host. */
export const edgeSchema = z.strictObject({
  host: host.describe('The host as users know it.'),
  port: z.int().min(1).max(65535).default(443).describe('The port of HTTPS.'),
  cname: host.optional().describe('What the host must be a CNAME of, or end in the addresses of.'),
  addresses: z.array(z.string().min(1)).default([]).describe('Addresses (A or AAAA) that the host must have.'),
  resolvers: z
    .array(z.string().min(1))
    .default([])
    .describe('Name servers by address, which must all give the same answer, such as [1.1.1.1, 8.8.8.8].'),
  caa: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The authority, such as letsencrypt.org, that CAA records must allow to issue; none at all allow every one.',
    ),
  certificate: z
    .strictObject({
      'valid-for': daysSchema.prefault('14d').describe('How many days it must still be valid, such as 30d.'),
      'at-least': z
        .enum(['TLSv1.2', 'TLSv1.3'])
        .default('TLSv1.2')
        .describe('The oldest TLS version that may be spoken.'),
    })
    .optional()
    .describe('The certificate: its chain, name, days left, key, and the protocol.'),
  'https-redirect': z.boolean().default(false).describe('Whether plain HTTP must lead to HTTPS on the same host.'),
  hsts: daysSchema.optional().describe('How many days Strict-Transport-Security must ask for at least, such as 180d.'),
  websocket: z
    .string()
    .startsWith('/')
    .optional()
    .describe('A path that must upgrade to a WebSocket, and not be cached.'),
});

export type Edge = z.infer<typeof edgeSchema>;

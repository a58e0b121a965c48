import * as z from 'zod';

const fingerprintSchema = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  /**
   * By service, each variable that is set; with the keyed hash of its value where it is a secret that could be read.
   */
  services: z.record(z.string(), z.record(z.string(), z.string().nullable())),
});

/** The variables of an environment, for a comparison with another one. It holds no values. */
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** Reads what `writeFingerprint` wrote; undefined for anything else. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  try {
    return fingerprintSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: the caller reports what it expects
  }
}

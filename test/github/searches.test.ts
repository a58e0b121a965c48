import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { gates } from '../../script/bundle.ts';
import { onCleanUp } from '../support/clean-up.ts';
import { runGate, startGate } from '../support/run-built.ts';

/** The same bytes in each run, and others for each name. */
const random = (name: string) => createHmac('sha256', 'release-gates').update(name).digest();

/** Variables that look like secrets: by their name, by their form, or because they are random. */
function makeSecrets(gate: string): Record<string, string> {
  const bytes = (name: string) => random(`${gate} ${name}`);
  return {
    DEPLOY_TOKEN: bytes('token').toString('base64'),
    SMOKE_PASSWORD: `p@ss'w"${bytes('password')
      .toString('latin1', 0, 8)
      .replace(/[\s\x00-\x1f\x7f-\x9f]/g, '<')}&%7`,
    SESSION_KEY: bytes('hex').toString('hex'),
    DATABASE_URL: `postgresql://app:${encodeURIComponent(bytes('database').toString('base64'))}@db.example.com/app`,
    PAYMENTS: `sk_live_${bytes('stripe').toString('hex')}`,
    SOMETHING: `${bytes('random').toString('base64url')}aA1`,
    SHORT_PIN: bytes('pin').toString('hex').slice(0, 6),
  };
}

const encodings: ((secret: string) => string)[] = [
  secret => secret,
  secret => encodeURIComponent(secret),
  secret => encodeURIComponent(encodeURIComponent(secret)),
  secret => JSON.stringify(secret).slice(1, -1),
  secret => Buffer.from(secret).toString('base64'),
  secret => Buffer.from(Buffer.from(secret).toString('base64')).toString('base64'),
  secret => Buffer.from(secret).toString('base64url'),
  secret => Buffer.from(secret).toString('hex'),
  secret => (Buffer.from(secret).toString('hex').toUpperCase().match(/../g) ?? []).join(':'),
  secret => secret.replaceAll("'", "''"),
  secret => [...secret].map(character => `&#${character.codePointAt(0)};`).join(''),
  secret => secret.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, character => `\\${character}`),
];

// Each gate quotes the keys of the configuration that it does not know.
describe('secrets that only the step knows reach no output', () => {
  test.each(gates().filter(gate => gate !== 'report'))('of %s, in any encoding', async gate => {
    const secrets = makeSecrets(gate);
    const forms = Object.values(secrets).flatMap(secret => encodings.map(encode => encode(secret)));
    const result = await runGate(gate, {
      config: forms.map(form => `${JSON.stringify(`before ${form} after`)}: 1`).join('\n'),
      secrets,
      stepEnv: secrets,
    });
    const unmasked = result.stdout.split('\n').filter(line => !line.startsWith('::add-mask::'));
    const everything = [result.shown, ...unmasked, result.stderr].join('\n');
    expect(result.shown).toContain('after'); // so the message is there
    expect(forms.filter(form => everything.includes(form))).toEqual([]);
    expect(result.findings.map(({ code }) => code)).not.toContain('gate/unexpected');
  });
});

describe('a gate that is interrupted at any time after it has begun', () => {
  test.each(gates())('says so in its outputs: %s', async gate => {
    const [after = 0, which = 0] = random(`interrupt ${gate}`);
    const run = startGate(gate, { config: 'environments: { production: {} }\nprobe: {}\n' });
    onCleanUp(run.remove);
    while (run.outputs() === '') await new Promise(resolve => setTimeout(resolve, 1));
    await new Promise(resolve => setTimeout(resolve, after)); // milliseconds, up to the time that a gate takes
    run.child.kill(which % 2 === 0 ? 'SIGINT' : 'SIGTERM');
    expect(await run.ended).toBe(1);
    expect(run.outputs()).toMatch(/^verdict<<(\S+)\n(?:error|failed|inconclusive)\n\1$/m);
    expect(run.outputs()).not.toContain('gate/unexpected');
  });
});

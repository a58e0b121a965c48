interface ProviderKey {
  provider: string;
  /** The whole key, without anchors. */
  form: string;
}

/**
 * The form of providers' secret keys, from their own documentation. Keys that browsers may have are not listed.
 */
const keys: ProviderKey[] = [
  { provider: 'Stripe', form: '(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{10,}' },
  { provider: 'Stripe (webhooks)', form: 'whsec_[0-9A-Za-z+/=]{16,}' },
  { provider: 'Supabase', form: 'sb_secret_[\\w-]{8,}' },
  { provider: 'Supabase (Management API)', form: 'sbp_(?:oauth_)?[0-9a-f]{40}' },
  { provider: 'Anthropic', form: 'sk-ant-[\\w-]{16,}' },
  { provider: 'OpenAI', form: 'sk-(?:proj-|svcacct-)?[0-9A-Za-z][\\w-]{19,}' },
  { provider: 'GitHub', form: '(?:gh[pousr]_[0-9A-Za-z]{20,}|github_pat_\\w{22,})' },
  { provider: 'Resend', form: 're_[0-9A-Za-z]{6,}_[0-9A-Za-z]{10,}' },
  { provider: 'SendGrid', form: 'SG\\.[\\w-]{16,}\\.[\\w-]{16,}' },
  { provider: 'Slack', form: 'xox[abpors]-[0-9A-Za-z-]{10,}' },
  { provider: 'AWS', form: 'AKIA[0-9A-Z]{16}' },
  { provider: 'npm', form: 'npm_[0-9A-Za-z]{36}' },
  { provider: 'Fly.io', form: 'fm(?:1[ar]|2)_[0-9A-Za-z+/=]{20,}' },
  { provider: 'Sentry', form: 'sntr[ysu]{1,2}_[0-9A-Za-z+/=_]{20,}' },
];

const whole = keys.map(({ provider, form }) => ({ provider, pattern: new RegExp(`^${form}$`) }));
const anywhere = keys.map(({ provider, form }) => ({ provider, pattern: new RegExp(`(?<![\\w-])${form}`) }));

/** The provider whose secret key the value is; undefined if it is not one. */
export function findProvider(value: string): string | undefined {
  return whole.find(({ pattern }) => pattern.test(value))?.provider;
}

/** The first secret key of each provider in a text, and where it starts. */
export function findProviderKeys(text: string): { provider: string; index: number }[] {
  return anywhere.flatMap(({ provider, pattern }) => {
    const index = pattern.exec(text)?.index;
    return index === undefined ? [] : [{ provider, index }];
  });
}

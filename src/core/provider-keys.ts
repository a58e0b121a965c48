/** The form of a provider's keys. */
export interface KeyForm {
  /** As a contract names it, and as a sentence does. */
  id: string;
  provider: string;
  /** The whole key, without anchors. */
  form: string;
  mode?: 'live' | 'test';
  /** Whether browsers may have the key. */
  public?: true;
  /** Where the provider takes the key: the hosts of its API, from its documentation. */
  hosts?: readonly string[];
}

/** Clerk's secret keys have the form of Stripe's. */
const ofStripe = ['api.stripe.com', 'api.clerk.com'];

/**
 * The forms of providers' keys, from their own documentation and from what they register with GitHub's secret scanning
 * (docs.github.com, Supported secret scanning patterns). Read on 2026-11-29. More special forms stand first.
 */
export const keyForms: readonly KeyForm[] = [
  // docs.stripe.com/keys. Clerk uses the same prefixes for base64 of a host, which ends in `$` (`JA` when unpadded).
  { id: 'clerk', provider: 'Clerk', form: 'pk_live_[0-9A-Za-z+/_-]+(?:JA|Q|k)={0,2}', mode: 'live', public: true },
  { id: 'clerk', provider: 'Clerk', form: 'pk_test_[0-9A-Za-z+/_-]+(?:JA|Q|k)={0,2}', mode: 'test', public: true },
  { id: 'stripe', provider: 'Stripe', form: '(?:sk|rk)_live_[0-9A-Za-z]{10,}', mode: 'live', hosts: ofStripe },
  { id: 'stripe', provider: 'Stripe', form: '(?:sk|rk)_test_[0-9A-Za-z]{10,}', mode: 'test', hosts: ofStripe },
  { id: 'stripe', provider: 'Stripe', form: 'pk_live_[0-9A-Za-z]{10,}', mode: 'live', public: true },
  { id: 'stripe', provider: 'Stripe', form: 'pk_test_[0-9A-Za-z]{10,}', mode: 'test', public: true },
  // docs.stripe.com/webhooks; docs.svix.com and standardwebhooks.com use the prefix too.
  { id: 'webhook', provider: 'Stripe (webhooks)', form: 'whsec_[0-9A-Za-z+/=]{16,}' },
  // supabase.com/docs/guides/getting-started/api-keys
  { id: 'supabase', provider: 'Supabase', form: 'sb_secret_[\\w-]{8,}' },
  { id: 'supabase', provider: 'Supabase', form: 'sb_publishable_[\\w-]{8,}', public: true },
  {
    id: 'supabase-management',
    provider: 'Supabase (Management API)',
    form: 'sbp_(?:oauth_)?[0-9a-f]{40}',
    hosts: ['api.supabase.com'],
  },
  { id: 'anthropic', provider: 'Anthropic', form: 'sk-ant-[\\w-]{16,}', hosts: ['api.anthropic.com'] },
  { id: 'openrouter', provider: 'OpenRouter', form: 'sk-or-v1-[0-9a-f]{64}', hosts: ['openrouter.ai'] },
  {
    id: 'openai',
    provider: 'OpenAI',
    form: 'sk-(?:proj-|svcacct-|admin-)?(?!ant-|or-v1-)[0-9A-Za-z][\\w-]{19,}',
    hosts: ['api.openai.com'],
  },
  {
    id: 'github',
    provider: 'GitHub',
    form: '(?:gh[pousr]_[0-9A-Za-z]{20,}|github_pat_\\w{22,})',
    hosts: ['api.github.com'],
  },
  { id: 'gitlab', provider: 'GitLab', form: 'glpat-[\\w-]{20,}', hosts: ['gitlab.com'] },
  { id: 'resend', provider: 'Resend', form: 're_[0-9A-Za-z]{6,}_[0-9A-Za-z]{10,}', hosts: ['api.resend.com'] },
  { id: 'sendgrid', provider: 'SendGrid', form: 'SG\\.[\\w-]{16,}\\.[\\w-]{16,}', hosts: ['api.sendgrid.com'] },
  { id: 'mailgun', provider: 'Mailgun', form: 'key-[0-9a-f]{32}', hosts: ['api.mailgun.net', 'api.eu.mailgun.net'] },
  { id: 'brevo', provider: 'Brevo', form: 'xkeysib-[0-9a-f]{64}-\\w{16}', hosts: ['api.brevo.com'] },
  { id: 'slack', provider: 'Slack', form: 'x(?:ox[abeoprs]|app)-[0-9A-Za-z-]{10,}', hosts: ['slack.com'] },
  {
    id: 'slack-webhook',
    provider: 'Slack (webhooks)',
    form: 'https://hooks\\.slack\\.com/(?:services|workflows)/[0-9A-Za-z/]{20,}',
  },
  {
    id: 'discord-webhook',
    provider: 'Discord (webhooks)',
    form: 'https://discord(?:app)?\\.com/api/webhooks/\\d+/[\\w-]{20,}',
  },
  { id: 'twilio', provider: 'Twilio', form: 'SK[0-9a-f]{32}' },
  { id: 'posthog', provider: 'PostHog', form: 'phc_[0-9A-Za-z]{20,}', public: true },
  { id: 'posthog', provider: 'PostHog', form: 'ph[xs]_[0-9A-Za-z]{20,}' },
  { id: 'aws', provider: 'AWS', form: 'A(?:KIA|SIA)[0-9A-Z]{16}' },
  { id: 'google', provider: 'Google', form: 'AIza[\\w-]{35}', public: true }, // restricted by referrer, not by secrecy
  { id: 'google-oauth', provider: 'Google (OAuth)', form: 'GOCSPX-[\\w-]{28}' },
  { id: 'npm', provider: 'npm', form: 'npm_[0-9A-Za-z]{36}' },
  { id: 'fly', provider: 'Fly.io', form: '(?:FlyV1 )?(?:fm(?:1[ar]|2)|fo1)_[0-9A-Za-z+/=_,-]{20,}' },
  { id: 'digitalocean', provider: 'DigitalOcean', form: 'do[opr]_v1_[0-9a-f]{64}', hosts: ['api.digitalocean.com'] },
  { id: 'render', provider: 'Render', form: 'rnd_[0-9A-Za-z]{20,}', hosts: ['api.render.com'] },
  { id: 'neon', provider: 'Neon', form: 'napi_[0-9a-z]{40,}', hosts: ['console.neon.tech'] },
  {
    id: 'planetscale',
    provider: 'PlanetScale',
    form: 'pscale_(?:tkn|pw|oauth)_[\\w-]{20,}',
    hosts: ['api.planetscale.com'],
  },
  {
    id: 'sentry',
    provider: 'Sentry',
    form: 'sntr[ysu]{1,2}_[0-9A-Za-z+/=_]{20,}',
    hosts: ['sentry.io', 'us.sentry.io', 'de.sentry.io'],
  },
  { id: 'shopify', provider: 'Shopify', form: 'shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}' },
  { id: 'huggingface', provider: 'Hugging Face', form: 'hf_[0-9A-Za-z]{30,}', hosts: ['huggingface.co'] },
  { id: 'linear', provider: 'Linear', form: 'lin_(?:api|oauth)_[0-9A-Za-z]{32,}', hosts: ['api.linear.app'] },
];

const secretForms = keyForms.filter(({ public: isPublic }) => !isPublic);
/** Characters of the shortest key. */
const shortestKey = 15;
const anyKey = new RegExp(`^(?:${secretForms.map(({ form }) => form).join('|')})$`); // most values are none

/** The provider whose secret key the value is; undefined if it is not one. */
export function findProvider(value: string): string | undefined {
  if (value.length < shortestKey || !anyKey.test(value)) return undefined;
  return secretForms.find(({ form }) => new RegExp(`^(?:${form})$`).test(value))?.provider;
}

/** The hosts of the provider whose key the value is. */
export function findProviderHosts(value: string): readonly string[] {
  return keyForms.find(({ form }) => new RegExp(`^(?:${form})$`).test(value))?.hosts ?? [];
}

/** Whether the value is a key that browsers may have. */
export function isPublishableKey(value: string): boolean {
  return keyForms.some(({ form, public: isPublic }) => isPublic && new RegExp(`^(?:${form})$`).test(value));
}

/** The first secret key of each provider in a text, and where it starts. */
export function findProviderKeys(text: string): { provider: string; index: number }[] {
  const found = secretForms.flatMap(({ provider, form }) => {
    const index = new RegExp(`(?<![\\w-])(?:${form})`).exec(text)?.index;
    return index === undefined ? [] : [{ provider, index }];
  });
  return found.filter(({ provider }, at) => found.findIndex(other => other.provider === provider) === at);
}

import type { FindingKind } from '../../../core/finding.ts';

const identity = { severity: 'error', boundary: 'identity' } as const;

export const badDiscovery: FindingKind = {
  ...identity,
  code: 'oauth/bad-discovery',
  meaning: 'The discovery document of the issuer is missing or incomplete, so clients cannot sign in.',
  cause: 'The issuer URL changed, a proxy drops /.well-known, or the provider did not start.',
  help: 'Open /.well-known/openid-configuration below the issuer, and compare its `issuer` with the one that clients use.',
};

export const signInRefused: FindingKind = {
  ...identity,
  code: 'oauth/sign-in-refused',
  meaning: 'The sign-in did not return an authorization code to the client, so nobody can sign in this way.',
  cause: 'The client or redirect URI is not registered, the provider rejects the credentials, or a form changed.',
  help: "Read the provider's answer in the message, and its log for the client.",
};

export const unknownFields: FindingKind = {
  ...identity,
  code: 'oauth/unknown-fields',
  meaning: 'The sign-in form has none of the fields that the step fills in, so nothing was decided.',
  cause: 'The names under `sign-in` are not those of the form, or the provider has a new form.',
  help: 'Write the names of the fields in the message under `sign-in`.',
};

export const noSuchButton: FindingKind = {
  ...identity,
  code: 'oauth/no-such-button',
  meaning: 'The consent form has several buttons, and none of them is the one that the step presses.',
  cause: 'The button has another name or text, or the page is another one.',
  help: 'Set `press` to the name, value or text of a button in the message.',
};

export const unsafeAnswer: FindingKind = {
  ...identity,
  code: 'oauth/unsafe-answer',
  meaning: 'The authorization answer does not belong to the request, so clients must reject it.',
  cause: '`state` or `iss` is missing or wrong: sessions are mixed up, or a proxy caches redirects.',
  help: 'Return `state` unchanged, and `iss` as in the discovery document (RFC 9207).',
};

export const noTokens: FindingKind = {
  ...identity,
  code: 'oauth/no-tokens',
  meaning: 'The provider did not exchange the authorization code or the refresh token for valid tokens.',
  cause:
    "The client secret is wrong, the provider does not support PKCE, or the provider's instances do not share their store of codes.",
  help: "Read the error in the message, and the provider's log for the token request.",
};

export const badIdToken: FindingKind = {
  ...identity,
  code: 'oauth/bad-id-token',
  meaning: 'The ID token is not valid, so clients must reject it.',
  cause:
    'Signing keys differ between instances or are not in the JWKS, the issuer or clock is wrong, or claims are missing.',
  help: 'Compare the keys of the JWKS with the key that signs, and the claims with those in the message.',
};

export const stillSignedIn: FindingKind = {
  ...identity,
  code: 'oauth/still-signed-in',
  meaning: 'The session continues after signing out, so the next person at this browser is signed in.',
  cause: 'The provider does not delete a cookie, or another instance keeps the session in its own store.',
  help: "Check the end-session endpoint, and the provider's store of sessions.",
};

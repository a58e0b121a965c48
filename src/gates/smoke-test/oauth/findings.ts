import type { FindingKind } from '../../../core/finding.ts';

const identity = { severity: 'error', boundary: 'identity' } as const;

export const badDiscovery: FindingKind = {
  ...identity,
  code: 'oauth/bad-discovery',
  meaning: 'The discovery document of the issuer is missing or does not say what every client needs.',
  cause: 'Another issuer URL than before, a proxy that drops /.well-known, or a provider that did not start.',
  help: 'Open /.well-known/openid-configuration below the issuer and compare its `issuer` with the one that clients use.',
};

export const signInRefused: FindingKind = {
  ...identity,
  code: 'oauth/sign-in-refused',
  meaning: 'The sign-in did not end at the client with an authorization code, so nobody can sign in this way.',
  cause: 'A client or redirect URI that is not registered, credentials that are refused, or a form that changed.',
  help: 'Look at what the provider said, and at its log for the client that is named.',
};

export const unsafeAnswer: FindingKind = {
  ...identity,
  code: 'oauth/unsafe-answer',
  meaning: 'The authorization answer does not belong to the request, which clients must refuse.',
  cause: '`state` or `iss` is missing or another: mixed-up sessions, or a proxy that caches redirects.',
  help: 'Send back `state` as it came, and `iss` as in the discovery document (RFC 9207).',
};

export const noTokens: FindingKind = {
  ...identity,
  code: 'oauth/no-tokens',
  meaning: 'The authorization code or the refresh token was not exchanged for tokens.',
  cause:
    "A client secret that is wrong, PKCE that is not understood, or a store for codes that is not shared by the provider's instances.",
  help: "Look at the error that is named, and at the provider's log for the token request.",
};

export const badIdToken: FindingKind = {
  ...identity,
  code: 'oauth/bad-id-token',
  meaning: 'The ID token is not one that a client may believe.',
  cause:
    'Signing keys that differ between instances or are not in the JWKS, a wrong issuer or clock, or claims that are left out.',
  help: 'Compare the keys of the JWKS with the one that signs, and the claims with what is named.',
};

export const stillSignedIn: FindingKind = {
  ...identity,
  code: 'oauth/still-signed-in',
  meaning: 'After signing out the session goes on: the next person at this browser is signed in.',
  cause: 'A cookie that is not deleted, or a session that is kept in a store of another instance.',
  help: "Look at the end-session endpoint and at the provider's store of sessions.",
};

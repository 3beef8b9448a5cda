// An authorization server for the tests one folder up. It reads one line of JSON from standard input: the clients,
// the certificates and the algorithms. It writes one line of JSON to standard output: where it listens, and a refresh token. Every further
// line has it rotate its keys, which are all made here, and is answered by a line. It ends when standard input does.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { createInterface } from 'node:readline';

import Provider from 'oidc-provider';

console.info = console.error; // its notices: standard output is for one line

const input = createInterface({ input: process.stdin });
const { clients, tls, algorithms, otherResource, lifetime } = JSON.parse(await new Promise((resolve) => input.once('line', resolve)));
input.once('close', () => process.exit(0));

// Listen first: the issuer has the port in it.
const plain = await listen(http.createServer());
const mutual = await listen(https.createServer({ ...tls, requestCert: true, rejectUnauthorized: false }));
const issuer = `http://127.0.0.1:${plain.address().port}`;
const mutualOrigin = `https://127.0.0.1:${mutual.address().port}`;

// Storage is what the server remembers, for as long as it runs: longer than anything it issues needs.
class Storage {
  static #entries = new Map();

  #kind;

  constructor(kind) { this.#kind = kind; }

  async upsert(id, payload) { Storage.#entries.set(`${this.#kind} ${id}`, payload); }

  async find(id) { return Storage.#entries.get(`${this.#kind} ${id}`); }

  async destroy(id) { Storage.#entries.delete(`${this.#kind} ${id}`); }

  async revokeByGrantId(grantId) {
    for (const [id, payload] of Storage.#entries) {
      if (payload.grantId === grantId) Storage.#entries.delete(id);
    }
  }
}

const scope = 'orders:read orders:write';
const configuration = {
  clients,
  adapter: Storage,
  scopes: scope.split(' '),
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  clientAuthMethods: [
    'client_secret_basic', 'client_secret_post', 'private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth',
  ],
  enabledJWA: {
    clientAuthSigningAlgValues: algorithms,
    introspectionSigningAlgValues: algorithms,
  },
  discovery: { // RFC 8705 section 5
    mtls_endpoint_aliases: {
      token_endpoint: `${mutualOrigin}/token`,
      introspection_endpoint: `${mutualOrigin}/token/introspection`,
    },
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    jwtIntrospection: { enabled: true },
    introspection: { enabled: true, allowedPolicy },
    resourceIndicators: { enabled: true, getResourceServerInfo: (_, resource) => resourceServer(resource) },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: (ctx) => certificate(ctx)?.toString(),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_san_dns'
        && certificate(ctx)?.subjectAltName === `DNS:${expected}`,
    },
  },
  issueRefreshToken: () => true,
  ttl: { Grant: lifetime, RefreshToken: lifetime },
};

// The keys of a provider are fixed, so a rotation is what it is in operation: a restart that keeps what is stored.
let keys;
let provider;
let handle;
function start(signingKeys) {
  keys = signingKeys;
  provider = new Provider(issuer, { ...configuration, jwks: { keys } });
  handle = provider.callback();
}
start(newKeys());
plain.on('request', (request, response) => handle(request, response));
mutual.on('request', (request, response) => handle(request, response));
input.on('line', (line) => {
  start(JSON.parse(line).overlap ? [...newKeys(), ...keys] : newKeys());
  answer({});
});

answer({
  issuer,
  tokenEndpoint: `${issuer}/token`,
  mutualTokenEndpoint: `${mutualOrigin}/token`,
  revocationEndpoint: `${issuer}/token/revocation`,
  refreshToken: await refreshToken('app'),
});

function answer(object) {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}

function listen(server) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function newKeys() {
  return algorithms.map((alg) => (
    { ...newPair(alg).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomBytes(8).toString('hex') }
  ));
}

function newPair(alg) {
  const curves = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
  if (alg in curves) return generateKeyPairSync('ec', { namedCurve: curves[alg] });
  if (alg.startsWith('Ed')) return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

// The form of an access token is the last part of its resource: an algorithm, opaque or JWE.
function resourceServer(resource) {
  const form = resource.split('/').at(-1);
  const lives = { scope, audience: resource, accessTokenTTL: lifetime };
  switch (form) {
    case 'opaque':
      return { ...lives, accessTokenFormat: 'opaque' };
    case 'JWE':
      return {
        ...lives,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' }, encrypt: { alg: 'dir', enc: 'A256GCM', key: randomBytes(32) } },
      };
    default:
      return { ...lives, accessTokenFormat: 'jwt', jwt: { sign: { alg: form } } };
  }
}

// To one of the callers every token is inactive that is not for its own resource.
function allowedPolicy(_, client, token) {
  return client.clientId !== 'rs-other' || token.aud === otherResource;
}

function certificate(ctx) {
  return ctx.socket.getPeerX509Certificate?.();
}

// What a user's consent would lead to, without the user.
async function refreshToken(clientId) {
  const client = await provider.Client.find(clientId);
  const grant = new provider.Grant({ clientId, accountId: 'alice' });
  const grantId = await grant.save();
  return new provider.RefreshToken({
    client, grantId, accountId: 'alice', gty: 'authorization_code', scope: 'orders:read',
  }).save();
}

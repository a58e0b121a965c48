const order = '{ side: BUY, outcome: YES, type: LIMIT, price: 0.65, quantity: 10 }';

/**
 * What a user of the prediction market does, and what nobody may. The API is to be started with a limit of
 * `requestsAllowed` for each client and route.
 */
export const requestsAllowed = 12;

export const marketFlows = `shared:
  sign-up:
    parameters: { as: null }
    generate: { email: email, password: string }
    steps:
      - name: register
        post: /api/auth/register
        headers: { x-forwarded-for: "\${as}" }
        json: { email: "\${email}", password: "\${password}", displayName: Smoke test }
        expect: { status: 201 }
      - name: log in
        post: /api/auth/login
        headers: { x-forwarded-for: "\${as}" }
        json: { email: "\${email}", password: "\${password}" }
        expect:
          cookies:
            - { name: access_token, http-only: true, same-site: lax }
            - { name: refresh_token, http-only: true, same-site: lax }
        capture: { token: $.accessToken }
  first-market:
    once: true
    steps:
      - get: /api/markets
        capture: { market: "$.markets[?@.slug == 'will-btc-hit-100k'].slug", market-id: "$.markets[?@.slug == 'will-btc-hit-100k'].id" }
flows:
  ready:
    tags: [critical]
    steps:
      - get: /health
      - { get: /ready, expect: { json: { ready: true, database: true, redis: true } } }
      - { get: /version, expect: { json: { commit: "\${commit}" } } }
  trade:
    tags: [critical]
    boundary: settlement
    generate: { key: uuid }
    steps:
      - { use: sign-up, with: { as: trader } }
      - { use: first-market }
      - idempotent:
          post: /api/orders/\${market}
          headers: { idempotency-key: "\${key}" }
          json: ${order}
          expect: { status: [200, 201] }
          capture: { order: $.order.id }
        same: [$.order.id]
      - get: /api/balance
        expect: { json: { balance: { available: 993.5, reserved: 6.5 } } }
      - get: /api/orderbook/\${market}
      - get: /api/positions
    finally:
      - name: cancel the order
        delete: /api/orders/\${order}
        expect: { json: { order: { status: CANCELLED } } }
  live:
    generate: { key: uuid }
    steps:
      - { use: sign-up, with: { as: watcher } }
      - { use: first-market }
      - { websocket: /ws, bearer: "\${token}", send: { event: ping }, expect: { event: pong }, within: 3s, timeout: 3s }
      - websocket: /ws
        as: first
        bearer: "\${token}"
        send: { event: "subscribe:market", data: { marketId: "\${market-id}" } }
        expect: { event: subscribed }
      - websocket: /ws
        as: second
        send: { event: "subscribe:market", data: { marketId: "\${market-id}" } }
        expect: { event: subscribed }
      - post: /api/orders/\${market}
        headers: { idempotency-key: "\${key}" }
        json: ${order}
        expect: { status: 201 }
        capture: { order: $.order.id }
      - { listen: first, expect: { event: "order:placed", data: { id: "\${order}" } }, timeout: 3s }
      - { listen: second, expect: { event: "order:placed", data: { id: "\${order}" } }, timeout: 3s }
    finally:
      - delete: /api/orders/\${order}
  strangers:
    boundary: identity
    steps:
      - { use: sign-up, with: { as: stranger } }
      - unauthenticated: [/api/auth/me, /api/balance, { post: "/api/orders/none", json: {} }]
        token: "\${token}"
        signing-secret: "\${JWT_SECRET}"
      - { websocket: /ws, bearer: not-a-token, refused: 401 }
      - cors: /api/markets
        allowed: [https://app.example.com]
        credentials: true
        method: delete
      - security-headers: /api/markets
      - error-envelope: /api/markets/nothing-of-this-name
        expect: { error: { code: NOT_FOUND } }
      - injection:
          post: /api/auth/login
          json: { email: "\${payload}", password: "\${payload}" }
          headers: { x-forwarded-for: attacker }
      - injection: { get: "/api/markets/\${payload}", headers: { x-forwarded-for: attacker } }
  excess:
    boundary: rate-limiting
    generate: { client: uuid }
    steps:
      - rate-limit: /api/markets
        headers: { x-forwarded-for: "\${client}" }
        allowed: ${requestsAllowed}
        requests: ${requestsAllowed + 8}`;

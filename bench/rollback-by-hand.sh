#!/usr/bin/env bash
# What a team does today: tell each platform to go back, wait as long as a slow platform takes, and see whether the
# services answer. It does not know which version answers, nor whether the database still suits the old one.
set -euo pipefail
json='content-type: application/json'

curl -fsS -X POST -H "authorization: Bearer $VERCEL_TOKEN" -H "$json" -d '{}' \
  "$VERCEL_API_URL/v1/projects/prj_web/rollback/$WEB_BEFORE"
curl -fsS -o /dev/null -X POST -H "project-access-token: $RAILWAY_TOKEN" -H "$json" \
  -d "{\"query\":\"mutation { deploymentRollback(id: \\\"$WORKER_BEFORE\\\") }\"}" "$RAILWAY_API_URL"
curl -fsS -o /dev/null -X POST -H "authorization: Bearer $RENDER_API_KEY" -H "$json" \
  -d "{\"deployId\":\"$BILLING_BEFORE\"}" "${RENDER_HOST}services/srv-billing/rollback"
machine=$(curl -fsS -H "authorization: FlyV1 $FLY_API_TOKEN" "$FLY_FLAPS_BASE_URL/v1/apps/api/machines" | jq '.[0]')
id=$(jq -r .id <<<"$machine")
lease=$(curl -fsS -X POST -H "authorization: FlyV1 $FLY_API_TOKEN" \
  "$FLY_FLAPS_BASE_URL/v1/apps/api/machines/$id/lease?ttl=60" | jq -r .data.nonce)
jq --arg image "$API_BEFORE" '{config: (.config | .image = $image)}' <<<"$machine" |
  curl -fsS -o /dev/null -X POST -H "authorization: FlyV1 $FLY_API_TOKEN" -H "fly-machine-lease-nonce: $lease" \
    -H "$json" -d @- "$FLY_FLAPS_BASE_URL/v1/apps/api/machines/$id"

sleep "${WAIT:-30}"

for url in "$API_URL" "$BILLING_URL" "$WORKER_URL" "$WEB_URL"; do curl -fsS -o /dev/null "$url/health"; done

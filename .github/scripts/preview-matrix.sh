#!/usr/bin/env bash
# The stacks to preview, as output `stacks`: on a simulated cluster, or (REAL=true) where CI deploys them.
set -euo pipefail
matrix='[]'
for file in Pulumi.*.yaml; do
  stack=${file#Pulumi.}
  stack=${stack%.yaml}
  facts=$(./quint ci facts "$stack" | jq -cRn '[inputs | capture("^(?<key>[^=]+)=(?<value>.*)$")] | from_entries')
  matrix=$(jq -c --argjson facts "$facts" --arg stack "$stack" --arg real "$REAL" '
    ($real == "true" and $facts.deploys == "true") as $deployed
    | . + [{
        stack: $stack,
        facts: ($facts | tojson),
        cluster: (if $deployed then "" else "simulated" end),
        # Its roles may only read; secrets of deployments are in other environments.
        environment: (if $deployed then "preview-\($stack)" else "" end),
        runner: (if $deployed then $facts.runner else "[\"ubuntu-24.04\"]" end)
      }]' <<<"$matrix")
done
echo "stacks=$matrix"

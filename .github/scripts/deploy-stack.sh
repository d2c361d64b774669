#!/usr/bin/env bash
# Deploys what the branch says to STACK: cluster, foundation and settings by `up`, then each of the PLATFORMS in the
# version that the settings name. DRY_RUN=true shows what `up` would change.
set -euo pipefail
if [ "${DRY_RUN:-false}" = true ]; then
  ./quint preview "$STACK"
  exit 0
fi
./quint up "$STACK" --yes
.github/scripts/deploy-platforms.sh

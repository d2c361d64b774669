#!/usr/bin/env bash
# Delivers each platform of a stack in the version that its settings name: checks, backup, rollout and watch are `deploy`'s.
# What fails goes back to the last version that ended well: what `deploy` would go back to came with this very commit. What
# waits for a person (a preview that is to be promoted) is neither good nor bad, and not recorded: once it is promoted, the
# same deployment again finds it in. A platform without one version (copies, several versions, samples) was delivered by
# `up`, and its health is checked.
# PLATFORMS is the output of `quint ci facts`; STACK the stack.
set -uo pipefail
failed=0
while IFS=$'\t' read -r platform version; do
  echo "::group::$platform $version"
  on=(--stack "$STACK")
  outcome=success
  if [ -n "$version" ]; then
    ./quint deploy "$platform" "${on[@]}" --version "$version" --reason "run $GITHUB_RUN_ID" --yes
    case $? in
      0) ;;
      3) outcome=refused ;;
      4) outcome=waiting ;;
      *) outcome=failure ;;
    esac
  fi
  if [ "$outcome" = success ] && ! ./quint health-check "$platform" "${on[@]}"; then outcome=failure; fi
  if [ "$outcome" = failure ] && [ -n "$version" ]; then
    .github/scripts/take-back.sh "$platform" --to last-known-good --reason "$version failed, run $GITHUB_RUN_ID"
  fi
  echo "::endgroup::"
  if [ "$outcome" = waiting ]; then
    echo "::warning::$platform $version waits on $STACK: ./quint promote $platform --stack $STACK, then start this workflow again"
    continue
  fi
  if [ "$outcome" = refused ]; then
    # A closed window, for one: nothing was changed, and nothing is recorded.
    echo "::warning::$platform $version was refused on $STACK, and not delivered: start this workflow again when it may be"
    continue
  fi
  ./quint ci record "$STACK" "$platform" "$outcome" || failed=1
  if [ "$outcome" = failure ]; then
    echo "::error::$platform $version failed on $STACK"
    failed=1
  fi
done < <(jq -r '.[] | [.name, .version] | @tsv' <<<"$PLATFORMS")
exit "$failed"

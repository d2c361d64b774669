#!/usr/bin/env bash
# Puts previews and rendered differences (a folder for each stack under $1) into one Markdown text.
set -euo pipefail
fenced() { # title, language, file
  [ -f "$3" ] || return 0
  printf '<details><summary>%s</summary>\n\n```%s\n' "$1" "$2"
  # A line of backticks would end the block; colours are for terminals.
  sed -e 's/\x1b\[[0-9;]*m//g' -e "s/^\`\`\`/'''/" "$3"
  printf '```\n\n</details>\n\n'
}
echo "## What this pull request changes"
echo
for folder in "$1"/*/; do
  stack=$(basename "$folder")
  echo "### \`${stack#preview-}\`"
  echo
  cat "$folder/about.md"
  echo
  fenced "Plan" text "$folder/plan.txt"
  fenced "Rendered objects" diff "$folder/rendered.diff"
done

/** How Grafana is started wherever its administrator's password comes from a Secret. */

/**
 * Grafana takes the administrator's password from its environment only while it makes its database. Later ones are set
 * here before each start, so that the Secret always holds the one that opens it. Through stdin: arguments can be seen.
 */
const script = `
if [ -s "$GF_PATHS_DATA/grafana.db" ]; then
  printf '%s\\n' "$GF_SECURITY_ADMIN_PASSWORD" |
    grafana cli --homepath "$GF_PATHS_HOME" --config "$GF_PATHS_CONFIG" admin reset-admin-password --password-from-stdin
fi
exec /run.sh
`.trim();

/** Command of Grafana's container. Needs `GF_SECURITY_ADMIN_PASSWORD`; the paths are the image's own variables. */
export const startGrafana = ["/bin/sh", "-ec", script] as const;

/** What the PostgreSQL image starts with: makes the database where there is none, then becomes the server. */

/** The password is written to a file that only the server's user reads, and never to a command line. */
export const startPostgres = `#!/bin/sh
set -eu
umask 077
PATH=/usr/lib/postgresql/17/bin:$PATH
: "\${PGDATA:=/var/lib/postgresql/data/pgdata}" "\${POSTGRES_USER:=postgres}"
: "\${POSTGRES_DB:=$POSTGRES_USER}"
export PGDATA
if [ "\${1:-}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  [ -n "\${POSTGRES_PASSWORD:-}" ] || { echo "POSTGRES_PASSWORD is not set" >&2; exit 1; }
  # A folder that is half made, from a start that was killed, is made anew.
  rm -rf "$PGDATA.new"
  printf %s "$POSTGRES_PASSWORD" > /tmp/password
  initdb --pgdata "$PGDATA.new" --username "$POSTGRES_USER" --pwfile /tmp/password --auth-local trust \
    --auth-host scram-sha-256
  rm /tmp/password
  echo "host all all all scram-sha-256" >> "$PGDATA.new/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$PGDATA.new/postgresql.conf"
  echo "unix_socket_directories = '/run/postgresql'" >> "$PGDATA.new/postgresql.conf"
  if [ "$POSTGRES_DB" != postgres ]; then
    echo "CREATE DATABASE \\"$POSTGRES_DB\\";" | postgres --single -D "$PGDATA.new" postgres > /dev/null
  fi
  [ ! -d "$PGDATA" ] || rmdir "$PGDATA"
  mv "$PGDATA.new" "$PGDATA"
fi
unset POSTGRES_PASSWORD
exec "$@"
`;

#!/bin/sh
# What https://github.com/docker-library/postgres/blob/master/docker-entrypoint.sh does for a new database: a server
# that only this script can reach, then the real one.
set -eu -o pipefail

: "${POSTGRES_USER:=postgres}" "${PGDATA:=/data/postgres}"
: "${POSTGRES_DB:=$POSTGRES_USER}"
export PGDATA

if [ ! -f "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  mkdir -p "$PGDATA"
  printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --username "$POSTGRES_USER" --pwfile /tmp/password --auth trust --encoding UTF8 --no-locale --no-sync
  rm /tmp/password
  pg_ctl start --wait --options "-c listen_addresses= -c unix_socket_directories=/tmp"
  if [ "$POSTGRES_DB" != postgres ]; then
    psql --no-psqlrc --host /tmp --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
      --command "CREATE DATABASE \"$POSTGRES_DB\""
  fi
  pg_ctl stop --wait --mode fast
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo 'PostgreSQL init process complete; ready for start up.'
fi

program=$1
shift
exec "$program" -c listen_addresses=* -c unix_socket_directories=/tmp "$@"

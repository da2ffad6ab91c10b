#!/bin/sh
# The steps and the lines of https://github.com/woblerr/docker-cloudberry/blob/main/docker/files/start_cbdb.sh, with
# PostgreSQL in place of the cluster. Only the pauses are shorter.
set -eu -o pipefail

: "${CLOUDBERRY_USER:=gpadmin}" "${CLOUDBERRY_DATABASE_NAME:=demo}" "${CLOUDBERRY_DATA_DIRECTORY:=/data}"
data=$CLOUDBERRY_DATA_DIRECTORY/master/gpseg-1
started=

fail() {
  echo "ERROR - $1"
  exit 1
}

start() {
  pg_ctl start --wait --silent --pgdata "$data" --options "-c listen_addresses=* -c unix_socket_directories=/tmp"
}

shut_down() {
  [ -z "$started" ] || pg_ctl stop --wait --silent --mode fast --pgdata "$data" || true
  exit 0
}
trap shut_down INT TERM

query() {
  psql --no-psqlrc --quiet --host /tmp --username "$CLOUDBERRY_USER" --set ON_ERROR_STOP=1 "$@"
}

# LOOK_ALIKE_SEGMENT_DOWN=seconds: one of two segments comes up that long after the ready line.
add_catalog() {
  query --dbname "$CLOUDBERRY_DATABASE_NAME" <<SQL
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.gp_segment_configuration (dbid int2, content int2, role "char", status "char");
INSERT INTO pg_catalog.gp_segment_configuration VALUES (1, -1, 'p', 'u'), (2, 0, 'p', 'u'), (3, 1, 'p', 'd');
SQL
}

if [ -f "$data/pg_hba.conf" ]; then
  fresh=
  sleep 1
  echo 'INFO - Start Cloudberry'
  start
  started=1
else
  fresh=1
  [ -n "${CLOUDBERRY_PASSWORD:-}" ] || fail 'CLOUDBERRY_PASSWORD variable is not set!'
  [ "$(df -k /dev/shm | awk 'END { print $2 }')" -ge 1048576 ] || fail 'gpinitsystem failed: too little shared memory'
  echo 'INFO - Initialize Cloudberry'
  mkdir -p "$data"
  printf '%s' "$CLOUDBERRY_PASSWORD" >/tmp/password
  initdb --pgdata "$data" --username "$CLOUDBERRY_USER" --pwfile /tmp/password --auth trust --encoding UTF8 \
    --no-locale --no-sync >/dev/null
  rm /tmp/password
  # From here on the port is open, and nobody from outside is let in.
  start
  started=1
  query --dbname postgres --command "CREATE DATABASE \"$CLOUDBERRY_DATABASE_NAME\""
  [ -z "${LOOK_ALIKE_SEGMENT_DOWN:-}" ] || add_catalog
  sleep 1
  echo 'INFO - Configure pg_hba.conf'
  {
    echo 'host all all 0.0.0.0/0 md5'
    echo 'host all all ::0/0 md5'
  } >>"$data/pg_hba.conf"
  echo 'INFO - Restart Cloudberry'
  pg_ctl stop --wait --silent --mode fast --pgdata "$data"
  started=
  sleep 0.5
  start
  started=1
  sleep 0.5
fi

if [ -n "$fresh" ]; then
  echo 'INFO - Execute custom init scripts'
  if [ -n "$(ls -A /docker-entrypoint-initdb.d 2>/dev/null)" ]; then
    echo 'INFO - Executing custom initialization scripts'
    for script in /docker-entrypoint-initdb.d/*.sql; do
      query --dbname "$CLOUDBERRY_DATABASE_NAME" --file "$script"
    done
    echo 'INFO - Finished executing custom initialization scripts'
  fi
  if [ -n "${LOOK_ALIKE_SEGMENT_DOWN:-}" ]; then
    sleep "$LOOK_ALIKE_SEGMENT_DOWN"
    query --dbname "$CLOUDBERRY_DATABASE_NAME" --command "UPDATE pg_catalog.gp_segment_configuration SET status = 'u'"
  fi
fi

while true; do
  sleep 1
done

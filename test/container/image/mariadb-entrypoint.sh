#!/bin/sh
# What https://github.com/MariaDB/mariadb-docker/blob/master/docker-entrypoint.sh does for a new database: a server that
# only this script can reach, then the real one.
set -eu

: "${MARIADB_ROOT_PASSWORD:=${MYSQL_ROOT_PASSWORD:-}}" "${MARIADB_DATABASE:=${MYSQL_DATABASE:-}}"
data=/data/mariadb
plain="--no-defaults --datadir=$data --socket=/tmp/mysqld.sock"

if [ ! -d "$data/mysql" ]; then
  if [ -z "$MARIADB_ROOT_PASSWORD" ]; then
    echo '[ERROR] Database is uninitialized and password option is not specified' >&2
    exit 1
  fi
  mkdir -p "$data"
  {
    printf '%s;\n' 'CREATE DATABASE mysql' 'USE mysql' 'SET @auth_root_socket = NULL'
    cat /usr/share/mysql/mysql_system_tables.sql /usr/share/mysql/mysql_system_tables_data.sql
  } | mariadbd $plain --bootstrap
  mariadbd $plain --skip-networking &
  server=$!
  # Access is checked again as soon as the tables of accounts are there to be read.
  until mariadb --no-defaults --socket=/tmp/mysqld.sock --user=root --execute 'SELECT 1' >/dev/null 2>&1; do sleep 0.1; done
  mariadb --no-defaults --socket=/tmp/mysqld.sock --user=root <<SQL
CREATE OR REPLACE USER root@'%' IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';
GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
ALTER USER root@localhost IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';
${MARIADB_DATABASE:+CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;}
SQL
  kill "$server"
  wait "$server" || true
  echo 'MariaDB init process done. Ready for start up.'
fi

case ${1:-} in
  -*) set -- mariadbd "$@" ;;
esac
program=$1
shift
exec "$program" $plain "$@"

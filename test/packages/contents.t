#!/bin/bash
# The Debian packages: what is in them, and that nothing of this machine is.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

. test/tap.sh

command -v dpkg-shlibdeps >/dev/null || { echo '1..0 # SKIP no dpkg-dev'; exit 0; }
packaging/deb "$tmp/deb" >"$tmp/made" || { echo 'Bail out! the packages do not build'; exit 1; }
{ read -r tools; read -r module; } <"$tmp/made"
version=$(sed -n 's/^#define KTAP_VERSION[[:space:]]*"\(.*\)"/\1/p' include/ktap/version.h)
for deb in "$tools" "$module"; do
	root=$tmp/${deb##*/}
	dpkg-deb -x "$deb" "$root"; report $? "${deb##*/} is a package"
	is "$(dpkg-deb -f "$deb" Version)" "$version" '  of this version'
	is "$(dpkg-deb --fsys-tarfile "$deb" | tar -tv | awk '$2 != "root/root"')" '' '  all of it root'"'"'s'
	! grep -rqF -e "$PWD" -e /tmp/tmp. --include='*' "$root/usr/bin" "$root/usr/share" "$root/usr/lib" 2>/dev/null; report $? '  without a path of this machine'
	dpkg-deb -e "$deb" "$tmp/control" && for i in postinst prerm postrm; do [ ! -e "$tmp/control/$i" ] || sh -n "$tmp/control/$i" || echo no; done >"$tmp/scripts"
	is "$(cat "$tmp/scripts")" '' '  its scripts are such'
done

root=$tmp/${tools##*/}
is "$(cd "$root" && find usr -type f ! -path 'usr/share/ktap/*' ! -path 'usr/share/doc/*' | LC_ALL=C sort)" 'usr/bin/ktap
usr/bin/ktap-run
usr/lib/sysusers.d/ktap.conf
usr/lib/udev/rules.d/60-ktap.rules
usr/share/bash-completion/completions/ktap
usr/share/bash-completion/completions/ktap-run
usr/share/man/man1/ktap-run.1.gz
usr/share/man/man1/ktap.1.gz
usr/share/vim/vimfiles/ftdetect/ktap.vim
usr/share/vim/vimfiles/syntax/ktap.vim
usr/share/zsh/vendor-completions/_ktap' 'the tools, and what goes with them'
is "$(cd "$root/usr/share/ktap" && find . -type f ! -path './editor/*' | LC_ALL=C sort)" "$(cd scripts && find . -type f | LC_ALL=C sort)" 'the scripts'
"$root/usr/bin/ktap" --check "$root/usr/share/ktap/hello.kp"; report $? 'its ktap compiles one of them'
[ -x "$root/usr/share/ktap/hello.kp" ]; report $? 'which is a program'
depends=$(dpkg-deb -f "$tools" Depends)
for library in libbpf libelf libtraceevent libc6; do
	case $depends in *$library*) true ;; *) false ;; esac; report $? "it depends on $library"
done

# The options are completed as --help has them.
# shellcheck source=packaging/ktap.bash
. "$root/usr/share/bash-completion/completions/ktap" 2>/dev/null
complete_word() { COMP_WORDS=("$root/usr/bin/ktap" "$1"); COMP_CWORD=1; _ktap; printf '%s\n' "${COMPREPLY[@]}"; }
is "$(complete_word --re)" --render 'an option is completed'
is "$(complete_word -- | sort | tr '\n' ' ')" "$("$root/usr/bin/ktap" --help | grep -oE '^  .{4}--[a-z-]+' | grep -oE -- '--.*' | sort | tr '\n' ' ')" 'all long options are'
is "$(cd scripts && complete_word hel)" hello.kp 'a script is'

source=$tmp/${module##*/}/usr/src/ktap-$version
(. "$source/dkms.conf" && is "$PACKAGE_NAME $PACKAGE_VERSION ${BUILT_MODULE_NAME[0]}" "ktap $version ktapvm" 'dkms knows the module') && n=$((n + 1))
is "$(cd "$source" && find vm include -name '*.[ch]' | wc -l)" "$(git ls-files vm include 2>/dev/null | grep '\.[ch]$' | grep -vc '^vm/sim/\|^vm/events/test/')" 'and all of its sources are there'
done_testing

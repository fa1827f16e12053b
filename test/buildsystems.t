#!/bin/bash
# Buildroot's package and Yocto's recipes: what they would run is run, with this machine as the
# target. Of the module, which takes a minute, what comes ahead of it.
cd "$(dirname "$0")/.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

. test/tap.sh

make -s -C userspace device >&2 || { echo 'Bail out! ktap-run does not build'; exit 1; }
kernel=$(test/vm/kernel 6.1) || { echo '1..0 # SKIP no kernel headers'; exit 0; }
version=$(sed -n 's/^#define KTAP_VERSION[[:space:]]*"\(.*\)"/\1/p' include/ktap/version.h)

# The tree as either takes it, with the objects that are there: the program is linked anew.
mkdir "$tmp/ktap"
cp -a include userspace vm packaging LICENSE "$tmp/ktap"
rm -rf "$tmp/ktap/userspace/ktap-run" "$tmp/ktap/vm/build"

# --- Buildroot: its makefiles' part of package/ktap/ktap.mk

package=packaging/buildroot/package/ktap
cat >"$tmp/Makefile" <<EOF
BR2_EXTERNAL_KTAP_PATH := $PWD/packaging/buildroot
BR2_PACKAGE_KTAP_EVENTS := y
TARGET_CC := cc
TARGET_DIR := $tmp/target
INSTALL := install
KCONFIG_ENABLE_OPT = echo \$(1)

define generic-package
$tmp/ktap/.stamp_built:
	\$\$(KTAP_BUILD_CMDS)
	\$\$(KTAP_INSTALL_TARGET_CMDS)
$tmp/ktap/.stamp_configured:
	\$\$(KTAP_LINUX_CONFIG_FIXUPS)
$tmp/ktap/.stamp_one:
	\$\$(MAKE) -C $kernel/headers \$(KTAP_MODULE_MAKE_OPTS) M=\$\$(@D)/\$(KTAP_MODULE_SUBDIRS) core/number.o
endef
include \$(BR2_EXTERNAL_KTAP_PATH)/external.mk
say:
	@echo \$(KTAP_VERSION)
EOF
buildroot() { make -s -f "$tmp/Makefile" "$@" 2>"$tmp/err" || { sed 's/^/# /' "$tmp/err"; false; }; }
is "$(buildroot say)" "$version" "Buildroot's version is the tree's"
buildroot "$tmp/ktap/.stamp_built" >&2; report $? 'ktap-run is built'
"$tmp/target/usr/bin/ktap-run" --version >"$tmp/out" 2>&1; grep -qF "$version" "$tmp/out"; report $? '  and installed'
buildroot "$tmp/ktap/.stamp_one" >&2; report $? "the kernel's makefiles build the module in its folder"
[ -s "$tmp/ktap/vm/core/number.o" ]; report $? '  here an object of it'
is "$(for o in $(buildroot "$tmp/ktap/.stamp_configured"); do grep -q "^$o=y" "$kernel/headers/.config" || echo "$o"; done)" '' \
	'Debian has all that the kernel is configured with'
is "$(grep -oh 'BR2_PACKAGE_[A-Z_]*' $package/*.mk | sort -u)" "$(sed -n 's/^config \(BR2_PACKAGE_KTAP_.*\)/\1/p' $package/Config.in | sort -u)" \
	'its makefile asks for what can be configured'
is "$(sed -n 's/^    \(CONFIG_[A-Z_]*\)=y$/\1/p' doc/embedded.md)" "$(buildroot "$tmp/ktap/.stamp_configured")" \
	'the manual names the same'

# --- Yocto: the functions of the recipes, which are the shell's

recipes=packaging/yocto/recipes-kernel/ktap
is "$(sed -n 's/.*md5=\([0-9a-f]*\)".*/\1/p' $recipes/ktap.inc)" "$(md5sum <LICENSE | cut -d ' ' -f 1)" "Yocto's checksum of the licence"

# recipe NAME FUNCTION : runs it
S=$tmp/ktap B=$tmp/build D=$tmp/image CC=cc KERNEL_CC=gcc KERNEL_VERSION=$(cat "$kernel/release")
STAGING_KERNEL_BUILDDIR=$kernel/headers bindir=/usr/bin nonarch_base_libdir=/usr/lib
target=
oe_runmake() { make -s "${@/#module/${target:-module}}"; }
recipe() {
	(set -e; eval "$(sed -n "/^$2() {/,/^}/p" "$recipes/$1.bb")"; "$2") >&2
}
cp -a userspace/build-run "$tmp/objects"
mkdir -p "$B" && mv "$tmp/objects" "$B/ktap-run"
recipe ktap-run do_compile; report $? 'ktap-run is built'
recipe ktap-run do_install; report $? '  and installed'
is "$("$D/usr/bin/ktap-run" --version 2>&1)" "$("$tmp/target/usr/bin/ktap-run" --version 2>&1)" '  the same'
target=links
recipe ktap-module do_compile; report $? "the module's build begins"
[ -e "$B/ktap-module/vm/Kbuild" ] && [ -e "$B/ktap-module/include/ktap/version.h" ]; report $? '  in its own folder'
echo >"$B/ktap-module/ktapvm.ko"
recipe ktap-module do_install; report $? 'the module is installed'
[ -e "$D/usr/lib/modules/$KERNEL_VERSION/updates/ktapvm.ko" ]; report $? '  where modprobe looks'
done_testing

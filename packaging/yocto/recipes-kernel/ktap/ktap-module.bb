SUMMARY = "ktap, a dynamic tracer: the kernel's module"
require ktap.inc

inherit module

do_compile() {
	oe_runmake -C ${S}/vm KDIR=${STAGING_KERNEL_BUILDDIR} BUILD=${B}/ktap-module KCC="${KERNEL_CC}" module
}

do_install() {
	install -D -m 0644 ${B}/ktap-module/ktapvm.ko ${D}${nonarch_base_libdir}/modules/${KERNEL_VERSION}/updates/ktapvm.ko
}

FILES:${PN} = "${nonarch_base_libdir}/modules"

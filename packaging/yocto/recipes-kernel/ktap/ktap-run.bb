SUMMARY = "ktap, a dynamic tracer: ktap-run, for programs that 'ktap --emit' compiled elsewhere"
require ktap.inc

RRECOMMENDS:${PN} = "kernel-module-ktapvm"

# Static and small, by the flags of its own makefile.
INSANE_SKIP:${PN} += "already-stripped ldflags"

do_compile() {
	oe_runmake -C ${S}/userspace RUN_CC="${CC}" RUN_HEADERS= RUN_BUILD=${B}/ktap-run device
}

do_install() {
	install -D -m 0755 ${B}/ktap-run/ktap-run ${D}${bindir}/ktap-run
}

################################################################################
#
# ktap
#
################################################################################

# The tree that this folder is a part of.
KTAP_SITE = $(BR2_EXTERNAL_KTAP_PATH)/../..
KTAP_SITE_METHOD = local
KTAP_VERSION = $(shell sed -n 's/^.define KTAP_VERSION[[:space:]]*"\(.*\)"/\1/p' $(KTAP_SITE)/include/ktap/version.h)
KTAP_LICENSE = GPL-2.0
KTAP_LICENSE_FILES = LICENSE

# The list of a module's types is made by a program that the kernel's build may lack.
KTAP_MODULE_SUBDIRS = vm
KTAP_MODULE_MAKE_OPTS = CONFIG_DEBUG_INFO_BTF_MODULES=

ifeq ($(BR2_PACKAGE_KTAP_EVENTS),y)
define KTAP_LINUX_CONFIG_FIXUPS
	$(call KCONFIG_ENABLE_OPT,CONFIG_MODULES)
	$(call KCONFIG_ENABLE_OPT,CONFIG_KALLSYMS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_PERF_EVENTS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_FTRACE)
	$(call KCONFIG_ENABLE_OPT,CONFIG_FTRACE_SYSCALLS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_FUNCTION_TRACER)
	$(call KCONFIG_ENABLE_OPT,CONFIG_DYNAMIC_FTRACE)
	$(call KCONFIG_ENABLE_OPT,CONFIG_KPROBES)
	$(call KCONFIG_ENABLE_OPT,CONFIG_KPROBE_EVENTS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_UPROBE_EVENTS)
endef
endif

# Headers of the build machine are none of the target's: RUN_HEADERS.
define KTAP_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D)/userspace RUN_CC="$(TARGET_CC)" RUN_HEADERS= device
endef

define KTAP_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/userspace/ktap-run $(TARGET_DIR)/usr/bin/ktap-run
endef

$(eval $(kernel-module))
$(eval $(generic-package))

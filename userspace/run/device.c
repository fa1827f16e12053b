// SPDX-License-Identifier: GPL-2.0
#include "run/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ktap/errors.def.h>
#include <ktap/version.h>

#include "output/report.h"
#include "util/text.h"

/* Whether the file of the kernel has the word. Where it cannot be told, it is not said. */
static bool kernel_tells(const char *path, const char *word)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	return strstr(text, word);
}

#define LOCKDOWN "/sys/kernel/security/lockdown"

/* Of lockdown's levels both ask for it; the one that is in force stands in brackets. */
static bool wants_signature(void)
{
	return kernel_tells("/sys/module/module/parameters/sig_enforce", "Y") ||
	       kernel_tells(LOCKDOWN, "[integrity]") || kernel_tells(LOCKDOWN, "[confidentiality]");
}

static void explain_absence(struct buf *why)
{
	text_str(why, KTAP_DEVICE " is not there: load the module: insmod ktapvm.ko, or modprobe ktapvm");
	if (wants_signature())
		text_str(why, "; this kernel takes only modules signed by a key that it knows: see SIGNED MODULES "
			 "in ktap(1)");
}

static void explain_permission(struct buf *why)
{
	if (kernel_tells(LOCKDOWN, "[confidentiality]"))
		text_str(why, "the kernel is locked down for confidentiality (" LOCKDOWN "): "
			 "nobody may read its memory, and tracing would");
	else
		text_str(why, "tracing needs root or CAP_PERFMON: run ktap as root, by sudo for example");
}

static void explain_open(int err, struct buf *why)
{
	switch (err) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		explain_absence(why);
		break;
	case EPERM:
	case EACCES:
		explain_permission(why);
		break;
	default:
		buf_printf(why, KTAP_DEVICE ": %s", strerror(err));
	}
}

int device_open(struct buf *why)
{
	int fd = open(KTAP_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		explain_open(errno, why);
	return fd;
}

int device_info(int fd, struct ktap_ioc_info *info, struct buf *why)
{
	*info = (struct ktap_ioc_info){ .size = sizeof(*info) };
	if (ioctl(fd, KTAP_IOC_INFO, info)) {
		buf_printf(why, KTAP_DEVICE " does not answer as ktap's module does: %s",
			   strerror(errno));
		return -1;
	}
	info->version[sizeof(info->version) - 1] = 0;
	if (info->abi == KTAP_ABI_VERSION && info->image_version == KTAP_IMAGE_VERSION)
		return 0;
	buf_printf(why, "the module (%s) speaks version %u and loads images of version %u, this ktap "
		   "speaks %u and writes %u: install both from one release",
		   info->version, info->abi, info->image_version,
		   KTAP_ABI_VERSION, KTAP_IMAGE_VERSION);
	return -1;
}

void device_compare(const struct ktap_ioc_info *info, struct buf *out)
{
	if (strcmp(info->version, KTAP_VERSION))
		buf_printf(out, "this ktap is version " KTAP_VERSION ", the module is version %s: they understand "
			   "each other, but have not the same features", info->version);
}

static void explain_refusal(const struct image *im, const struct ktap_error_info *e,
			    struct buf *why)
{
	const char *feature = e->code == KTAP_E_IMG_FEATURE ? image_feature(e->arg[0]) : NULL;

	text_str(why, "the module refuses the program: ");
	if (feature) {
		buf_printf(why, "it needs '%s', which is newer than the module", feature);
		return;
	}
	report_refusal(im, e, why);
}

int device_load(int fd, const struct image *im, struct ktap_ioc_load *load, struct buf *why)
{
	load->size = sizeof(*load);
	load->image = (uintptr_t)im->bytes;
	load->image_len = im->len;
	if (!ioctl(fd, KTAP_IOC_LOAD, load))
		return 0;
	if (errno == EBADMSG)
		explain_refusal(im, &load->error, why);
	else if (errno == ENOMEM)
		text_str(why, "there is not enough memory to load the program: --ring and --mem ask for less");
	else if (errno == EPERM)
		explain_open(EPERM, why);
	else if (errno == ENOSYS)
		text_str(why, "processes cannot be followed: this kernel has no CONFIG_TRACING; "
			 "-a traces all of them");
	else
		buf_printf(why, "the module cannot load the program: %s", strerror(errno));
	return -1;
}

/* NULL: there is none, or the module is newer and knows one more. */
static const char *why_interpreted(uint32_t code)
{
	static const char *const texts[] = {
#define _(code, text) text,
		KTAP_INTERPRETED(_)
#undef _
	};

	return code != KTAP_INTERPRETED_NOT && code < sizeof(texts) / sizeof(*texts) ? texts[code] : NULL;
}

void device_engine(const struct ktap_ioc_load *load, struct buf *out)
{
	const char *why = why_interpreted(load->interpreted);

	text_str(out, "the program is ");
	if (load->flags & KTAP_LOAD_JITED)
		text_str(out, why ? "machine code, but some functions are interpreted" : "machine code");
	else
		text_str(out, "interpreted");
	if (why)
		buf_printf(out, ": %s", why);
}

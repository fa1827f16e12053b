// SPDX-License-Identifier: GPL-2.0
/*
 * describe.c - what a compiler elsewhere has to know of this machine, as an archive:
 *
 *   device                              lines of "key: value"
 *   kallsyms                            of /proc
 *   tracing/events/SYSTEM/NAME/format   of tracefs
 *   tracing/available_filter_functions
 *   btf/NAME                            of /sys/kernel/btf
 *
 * What this kernel does not have is left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "event/tracefs.h"
#include "lib/libktap.h"
#include "run/session.h"
#include "util/file.h"
#include "util/tar.h"
#include "util/text.h"

#define CHUNK	8192u

/* --- the device in words --- */

static void add_line(struct buf *out, const char *key, const char *path)
{
	struct buf text = { 0 };

	if (file_read(path, &text))
		buf_printf(out, "%s: %.*s\n", key, (int)strcspn(text_cstr(&text), "\n"), text_cstr(&text));
	buf_free(&text);
}

static void add_module(struct buf *out)
{
	struct ktap_ioc_info info;
	struct buf why = { 0 };

	if (session_module_info(&info, &why))
		buf_printf(out, "no module: %s\n", text_cstr(&why));
	else
		buf_printf(out, "module: %s\ninterface: %u\nimages: %u\nfeatures: %llu\n", info.version,
			   info.abi, info.image_version, (unsigned long long)info.features);
	buf_free(&why);
}

void ktap_device__describe(struct buf *out)
{
	const uint16_t one = 1;
	struct utsname u;

	buf_printf(out, "ktap: " KTAP_VERSION "\n");
	if (!uname(&u))
		buf_printf(out, "release: %s\nversion: %s\nmachine: %s\n", u.release, u.version, u.machine);
	buf_printf(out, "bits: %zu\nbytes: %s first\n", 8 * sizeof(long),
		   *(const uint8_t *)&one ? "lowest" : "highest");
	add_line(out, "cpus", "/sys/devices/system/cpu/possible");
	add_line(out, "boot", "/proc/sys/kernel/random/boot_id");
	add_module(out);
}

/* --- files --- */

static uint64_t size_of(int fd)
{
	char bytes[CHUNK];
	uint64_t size = 0;
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		size += got;
	lseek(fd, 0, SEEK_SET);
	return size;
}

/* Exactly `size` bytes, though the file has changed since it was measured. */
static void copy(int fd, uint64_t size, FILE *out)
{
	char bytes[CHUNK];
	ssize_t got = 1;

	while (size) {
		if (got > 0)
			got = read(fd, bytes, size < CHUNK ? size : CHUNK);
		if (got <= 0) {
			putc('\n', out);
			size--;
		} else {
			fwrite(bytes, 1, got, out);
			size -= got;
		}
	}
}

/* These files have no size before they are read: they are read twice rather than kept. */
static void add_file(FILE *out, const char *path, const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t size = fd < 0 ? 0 : size_of(fd);

	if (size && tar_begin(out, name, size)) {
		copy(fd, size, out);
		tar_pad(out, size);
	}
	if (fd >= 0)
		close(fd);
}

static void add_format(FILE *out, const struct tracefs *t, const char *system, const char *name)
{
	struct buf path = { 0 }, text = { 0 };

	buf_printf(&path, "tracing/events/%s/%s/format", system, name);
	if (!tracefs_format(t, system, name, &text) && text.len)
		tar_file(out, text_cstr(&path), text.data, text.len);
	buf_free(&path);
	buf_free(&text);
}

static void add_system(FILE *out, const struct tracefs *t, const char *system)
{
	struct names events = { 0 };

	tracefs_events(t, system, &events);
	for (unsigned int i = 0; i < events.n; i++)
		add_format(out, t, system, events.at[i]);
	names_free(&events);
}

static void add_tracing(FILE *out)
{
	struct names systems = { 0 };
	struct buf path = { 0 };
	struct tracefs t;

	if (!tracefs_open(&t, &path)) {
		tracefs_systems(&t, &systems);
		for (unsigned int i = 0; i < systems.n; i++)
			add_system(out, &t, systems.at[i]);
		buf_printf(&path, "%s/available_filter_functions", t.root);
		add_file(out, text_cstr(&path), "tracing/available_filter_functions");
		names_free(&systems);
		tracefs_close(&t);
	}
	buf_free(&path);
}

static void add_types(FILE *out)
{
	DIR *dir = opendir("/sys/kernel/btf");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			struct buf path = { 0 }, name = { 0 };

			buf_printf(&path, "/sys/kernel/btf/%s", entry->d_name);
			buf_printf(&name, "btf/%s", entry->d_name);
			add_file(out, text_cstr(&path), text_cstr(&name));
			buf_free(&path);
			buf_free(&name);
		}
	if (dir)
		closedir(dir);
}

int ktap_device__save(FILE *out, struct buf *why)
{
	struct buf device = { 0 };

	ktap_device__describe(&device);
	tar_file(out, "device", device.data, device.len);
	buf_free(&device);
	add_file(out, "/proc/kallsyms", "kallsyms");
	add_tracing(out);
	add_types(out);
	tar_end(out);
	if (!fflush(out) && !ferror(out))
		return 0;
	buf_printf(why, "the description cannot be written: %s", strerror(errno));
	return -1;
}

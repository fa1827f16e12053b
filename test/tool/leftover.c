// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leftover.h"

static void count_areas(struct held *h)
{
	FILE *f = fopen("/proc/vmallocinfo", "re");
	char line[512], *bytes;

	while (f && fgets(line, sizeof(line), f)) {
		if (!strstr(line, "[ktapvm]") || !(bytes = strchr(line, ' ')))
			continue;
		h->areas++;
		h->area_kb += atol(bytes) / 1024;
	}
	if (f)
		fclose(f);
}

static long count_lines(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[1024];
	long n = 0;

	while (f && fgets(line, sizeof(line), f))
		n++;
	if (f)
		fclose(f);
	return n;
}

static long meminfo(const char *name)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	long kb = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			kb = atol(line + strlen(name));
	if (f)
		fclose(f);
	return kb;
}

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool all = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return all;
}

static void drop_caches(void)
{
	if (!put("/proc/sys/vm/drop_caches", "3"))
		fprintf(stderr, "caches stay\n");
}

/* Of each cache the free objects, and what KASAN holds back; that takes it long. */
static void shrink_caches(void)
{
	char path[512];
	struct dirent *cache;
	DIR *caches = opendir("/sys/kernel/slab");

	while (caches && (cache = readdir(caches))) {
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", cache->d_name);
		put(path, "1");
	}
	if (caches)
		closedir(caches);
}

static struct held look(void)
{
	struct held h = { 0 };

	drop_caches();
	count_areas(&h);
	h.probes = count_lines("/sys/kernel/debug/kprobes/list") +
		   count_lines("/sys/kernel/tracing/enabled_functions");
	h.percpu_kb = meminfo("Percpu:");
	h.slab_kb = meminfo("Slab:");
	return h;
}

struct held held_now(void)
{
	struct held h, next = look();
	int still = 0, i;

	for (i = 0; i < 40 && still < 4; i++) {
		h = next;
		usleep(250000);
		next = look();
		still = next.areas < h.areas || next.slab_kb < h.slab_kb - 64 ? 0 : still + 1;
	}
	shrink_caches();
	return look();
}

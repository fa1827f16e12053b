// SPDX-License-Identifier: GPL-2.0
#include "socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TCP	"tcp:"
#define UNIX	"unix:"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
};

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

bool socket_is(const char *text)
{
	return begins(text, TCP) || begins(text, UNIX);
}

static bool read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*port = htons((uint16_t)n);
	return end != text && !*end && n && n <= UINT16_MAX;
}

/* "[::1]:5555" or "127.0.0.1:5555"; the length of the address, 0: it is none. */
static socklen_t read_tcp(const char *text, union address *a)
{
	const char *colon = strrchr(text, ':');
	bool six = *text == '[' && colon && colon > text && colon[-1] == ']';
	char host[64] = "";
	uint16_t port;

	if (!colon || (size_t)(colon - text) >= sizeof(host) || !read_port(colon + 1, &port))
		return 0;
	memcpy(host, text + six, colon - text - 2 * six);
	if (six) {
		a->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = port };
		return inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1 ? sizeof(a->v6) : 0;
	}
	a->v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = port };
	return inet_pton(AF_INET, host, &a->v4.sin_addr) == 1 ? sizeof(a->v4) : 0;
}

static socklen_t read_unix(const char *path, union address *a)
{
	a->local = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (!*path || strlen(path) >= sizeof(a->local.sun_path))
		return 0;
	strcpy(a->local.sun_path, path);
	return sizeof(a->local);
}

static int join(const union address *a, socklen_t len)
{
	int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, &a->any, len)) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

FILE *socket_open(const char *text, struct buf *why)
{
	union address a;
	socklen_t len = begins(text, TCP) ? read_tcp(text + strlen(TCP), &a) :
			read_unix(text + strlen(UNIX), &a);
	int fd;

	if (!len) {
		buf_printf(why, "'%s' is no address: write tcp:192.168.0.2:5555, tcp:[::1]:5555 or unix:/path", text);
		return NULL;
	}
	fd = join(&a, len);
	if (fd < 0)
		buf_printf(why, "%s: %s", text, strerror(errno));
	return fd < 0 ? NULL : fdopen(fd, "w");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * loopback.c - loopback N: N connections from 127.0.0.2 to 127.0.0.1, port 4242.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void must(int failed, const char *what)
{
	if (!failed)
		return;
	perror(what);
	exit(1);
}

static void bring_up(void)
{
	struct ifreq req = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	must(ioctl(fd, SIOCGIFFLAGS, &req), "flags of lo");
	req.ifr_flags |= IFF_UP;
	must(ioctl(fd, SIOCSIFFLAGS, &req), "lo up");
	close(fd);
}

static struct sockaddr_in address(const char *text, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, text, &a.sin_addr);
	return a;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = address("127.0.0.1", 4242), from = address("127.0.0.2", 0);
	int server = socket(AF_INET, SOCK_STREAM, 0), one = 1, n = argc > 1 ? atoi(argv[1]) : 1;

	bring_up();
	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	must(bind(server, (void *)&to, sizeof(to)) || listen(server, 16), "server");
	while (n--) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		must(bind(fd, (void *)&from, sizeof(from)), "bind");
		must(connect(fd, (void *)&to, sizeof(to)), "connect");
		close(accept(server, NULL, NULL));
		close(fd);
	}
	return 0;
}

#include "config.h"

#include "card/others.h"

#include <sys/socket.h>

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENDS_MAX	256	/* connections to the service that are looked at */
#define ANSWER_MAX	32768	/* bytes of one answer of the kernel */
#define NAME_MAX_COMM	32

/* The other ends of the service's connections, by their inodes. */
struct ends {
	uint32_t	 v[ENDS_MAX];
	size_t		 n;
};

struct named {
	char		 v[OTHERS_MAX][NAME_MAX_COMM];
	size_t		 n;
};

/* --- the kernel's list of sockets ------------------------------------------------ */

static int
ask(int fd)
{
	struct {
		struct nlmsghdr		 head;
		struct unix_diag_req	 req;
	} q = {
		.head = { .nlmsg_len = sizeof q,
		    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.req = { .sdiag_family = AF_UNIX, .udiag_states = UINT32_MAX,
		    .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER },
	};

	return send(fd, &q, sizeof q, 0) == (ssize_t)sizeof q ? 0 : -1;
}

/* One socket: if its name is the service's, who is at its other end. */
static void
take(const struct nlmsghdr *h, const char *path, struct ends *ends)
{
	const struct unix_diag_msg *m = NLMSG_DATA(h);
	unsigned left = (unsigned)(h->nlmsg_len - NLMSG_LENGTH(sizeof *m));
	const struct rtattr *a = (const struct rtattr *)(m + 1);
	bool named = false;
	uint32_t peer = 0;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m))
		return;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		size_t len = RTA_PAYLOAD(a);

		if (a->rta_type == UNIX_DIAG_NAME)
			named = len >= strlen(path) &&
			    strnlen(RTA_DATA(a), len) == strlen(path) &&
			    memcmp(RTA_DATA(a), path, strlen(path)) == 0;
		else if (a->rta_type == UNIX_DIAG_PEER && len >= sizeof peer)
			memcpy(&peer, RTA_DATA(a), sizeof peer);
	}
	if (named && peer != 0 && ends->n < ENDS_MAX)
		ends->v[ends->n++] = peer;
}

static void
find_ends(const char *path, struct ends *ends)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
	    NETLINK_SOCK_DIAG);
	union {
		struct nlmsghdr	 head;
		char		 bytes[ANSWER_MAX];
	} *answer;
	bool more = fd != -1 && ask(fd) == 0;

	answer = more ? calloc(1, sizeof *answer) : NULL;
	while (more && answer != NULL) {
		ssize_t n = recv(fd, answer, sizeof *answer, 0);
		unsigned left = n > 0 ? (unsigned)n : 0;

		more = n > 0;
		for (const struct nlmsghdr *h = &answer->head;
		    NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
			if (h->nlmsg_type == SOCK_DIAG_BY_FAMILY)
				take(h, path, ends);
			else
				more = false;	/* the end, or an error */
		}
	}
	free(answer);
	if (fd != -1)
		close(fd);
}

/* --- whose they are ------------------------------------------------------------------ */

static bool
is_end(const char *link, const struct ends *ends)
{
	unsigned long inode;
	char *end;

	if (strncmp(link, "socket:[", 8) != 0)
		return false;
	inode = strtoul(link + 8, &end, 10);
	for (size_t i = 0; *end == ']' && i < ends->n; i++) {
		if (ends->v[i] == inode)
			return true;
	}
	return false;
}

/* Whether a process has one of them among its descriptors. */
static bool
has_end(int proc, const char *pid, const struct ends *ends)
{
	char path[64], link[64];
	struct dirent *e;
	bool found = false;
	DIR *dir;
	int fd;

	snprintf(path, sizeof path, "%.20s/fd", pid);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || (dir = fdopendir(fd)) == NULL) {
		if (fd != -1)
			close(fd);
		return false;
	}
	while (!found && (e = readdir(dir)) != NULL) {
		ssize_t n = readlinkat(fd, e->d_name, link, sizeof link - 1);

		if (n <= 0)
			continue;
		link[n] = '\0';
		found = is_end(link, ends);
	}
	closedir(dir);
	return found;
}

static bool
read_name(int proc, const char *pid, char name[static NAME_MAX_COMM])
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "%.20s/comm", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	n = read(fd, name, NAME_MAX_COMM - 1);
	close(fd);
	if (n <= 0)
		return false;
	name[n] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return name[0] != '\0';
}

/* Once each; our own card processes are no others. */
static void
add(struct named *all, const char *name)
{
	if (strncmp(name, "okienko", 7) == 0 || all->n == OTHERS_MAX)
		return;
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->v[i], name) == 0)
			return;
	}
	snprintf(all->v[all->n++], NAME_MAX_COMM, "%s", name);
}

static void
find_names(const struct ends *ends, struct named *all)
{
	DIR *proc = opendir("/proc");
	char name[NAME_MAX_COMM];
	struct dirent *e;

	while (proc != NULL && (e = readdir(proc)) != NULL) {
		if (isdigit((unsigned char)e->d_name[0]) &&
		    has_end(dirfd(proc), e->d_name, ends) &&
		    read_name(dirfd(proc), e->d_name, name))
			add(all, name);
	}
	if (proc != NULL)
		closedir(proc);
}

size_t
card_others(const char *socket, char *buf, size_t size)
{
	struct ends ends = { .n = 0 };
	struct named all = { .n = 0 };
	size_t at = 0;

	buf[0] = '\0';
	if (socket == NULL || socket[0] == '\0')
		return 0;
	find_ends(socket, &ends);
	if (ends.n > 0)
		find_names(&ends, &all);
	for (size_t i = 0; i < all.n && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s",
		    i > 0 ? ", " : "", all.v[i]);
	return all.n;
}

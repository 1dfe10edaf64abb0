#include "config.h"

#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "card/pcsc.h"

/* How often to look where inotify cannot help. */
#define BLIND_MS	5000

/* A refusal comes at once; a service that waits for our word is none. */
#define REFUSAL_MS	500

#define APPEARS	(IN_CREATE | IN_MOVED_TO | IN_ATTRIB)
#define LEAVES	(IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

/*
 * Split path at its deepest folder that exists: the folder stays in dir, and
 * the name to wait for in it is returned.
 */
static const char *
deepest_folder(const char *path, char dir[PATH_MAX])
{
	const char *name = path + 1;

	(void)snprintf(dir, PATH_MAX, "%s", path);
	for (char *slash; (slash = strrchr(dir, '/')) != NULL; ) {
		name = path + (slash - dir) + 1;
		if (slash == dir)
			slash++;
		*slash = '\0';
		if (access(dir, F_OK) == 0 || dir[1] == '\0')
			break;
	}
	return name;
}

/* Whether an event is about the name, or about the folder itself. */
static bool
concerns(const struct inotify_event *ev, const char *name)
{
	size_t n = strcspn(name, "/");

	if (ev->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED |
	    IN_Q_OVERFLOW))
		return true;
	return ev->len > 0 && strncmp(ev->name, name, n) == 0 &&
	    ev->name[n] == '\0';
}

static bool
read_events(int fd, const char *name)
{
	_Alignas(struct inotify_event) char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf));
	bool ours = false;

	for (char *p = buf; n > 0 && p < buf + n; ) {
		const struct inotify_event *ev = (const void *)p;

		ours = ours || concerns(ev, name);
		p += sizeof(*ev) + ev->len;
	}
	return ours || n <= 0;
}

void
pcsc_wait_socket(const char *path, int stop_fd, int ms)
{
	char dir[PATH_MAX], again[PATH_MAX];
	const char *name = deepest_folder(path, dir);
	struct pollfd p[2] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK),
		  .events = POLLIN },
	};
	bool existed = ms != -1 && access(path, F_OK) == 0;

	if (p[1].fd == -1 ||
	    inotify_add_watch(p[1].fd, dir, APPEARS | LEAVES) == -1) {
		p[1].events = 0;
		ms = ms == -1 || ms > BLIND_MS ? BLIND_MS : ms;
	}
	/* What came between looking and watching would be missed for ever. */
	(void)deepest_folder(path, again);
	if (strcmp(dir, again) != 0 || (access(path, F_OK) == 0) != existed)
		goto out;
	while (poll(p, 2, ms) > 0)
		if (p[0].revents != 0 || read_events(p[1].fd, name))
			break;
out:
	if (p[1].fd != -1)
		(void)close(p[1].fd);
}

enum pcsc_door
pcsc_door(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct pollfd p = { .events = POLLIN };
	enum pcsc_door door = DOOR_CLOSED;
	size_t len = strlen(path);
	char c;

	if (len >= sizeof(a.sun_path))
		return DOOR_CLOSED;
	memcpy(a.sun_path, path, len + 1);
	p.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p.fd == -1)
		return DOOR_CLOSED;
	if (connect(p.fd, (const struct sockaddr *)&a, sizeof(a)) == 0)
		door = poll(&p, 1, REFUSAL_MS) == 1 &&
		    read(p.fd, &c, 1) <= 0 ? DOOR_HANGS_UP : DOOR_OPEN;
	(void)close(p.fd);
	return door;
}

bool
pcsc_is_own(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	struct stat st;

	if (slash == NULL || (size_t)(slash - path) >= sizeof(folder))
		return false;
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 022) == 0 &&
	    lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    st.st_uid == geteuid();
}

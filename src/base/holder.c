#include "config.h"

#include "base/holder.h"

#include <sys/stat.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOST_MAX	65
#define START_FIELD	22	/* of /proc/PID/stat: proc(5) */

/* Processes are numbered within one of these; 0: that cannot be told. */
static unsigned long long
namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ?
	    (unsigned long long)st.st_ino : 0;
}

/* When it started, in the kernel's ticks, since numbers are used again; 0: gone. */
static unsigned long long
start_of(long pid)
{
	char path[64], line[1024];
	const char *s = NULL;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	/* The name in brackets may have anything in it, brackets too. */
	if (fgets(line, sizeof line, f) != NULL)
		s = strrchr(line, ')');
	fclose(f);
	for (int field = 2; s != NULL && field < START_FIELD; field++) {
		s = strchr(s, ' ');
		if (s != NULL)
			s++;
	}
	return s == NULL ? 0 : strtoull(s, NULL, 10);
}

/* A blank would end it too early. */
static void
host_name(char host[static HOST_MAX])
{
	memset(host, 0, HOST_MAX);
	if (gethostname(host, HOST_MAX - 1) == -1 || host[0] == '\0' ||
	    strchr(host, ' ') != NULL)
		snprintf(host, HOST_MAX, "?");
}

void
holder_name(char name[static HOLDER_MAX], const char *what)
{
	char host[HOST_MAX];

	host_name(host);
	snprintf(name, HOLDER_MAX, "%s %llu %ld %llu %s", host, namespace(),
	    (long)getpid(), start_of(getpid()), what);
}

bool
holder_gone(const char *name)
{
	unsigned long long space, start;
	char host[HOST_MAX], own[HOST_MAX];
	int end = 0;
	long pid;

	host_name(own);
	if (sscanf(name, "%64s %llu %ld %llu%n", host, &space, &pid, &start,
	    &end) != 4 || name[end] != ' ' || pid <= 0 || start == 0)
		return false;
	if (strcmp(host, own) != 0 || strcmp(own, "?") == 0 || space == 0 ||
	    space != namespace())
		return false;
	/* Of somebody else's process /proc may say nothing: the kernel does. */
	if (kill((pid_t)pid, 0) == -1 && errno == ESRCH)
		return true;
	return start_of(pid) != 0 && start_of(pid) != start;
}

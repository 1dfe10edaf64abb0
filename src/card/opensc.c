#include "config.h"

#include <sys/stat.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/paths.h"
#include "card/lens.h"
#include "card/model.h"
#include "card/opensc.h"

#define FOLDER		"opensc-"	/* and the supervisor's process id */
#define RULES_MAX	16	/* card models that the lens knows */

static const struct {
	const char	*name;		/* of the file */
	enum lens_mode	 lens;
} tasks[] = {
	[OPENSC_READ] = { "opensc", LENS_READING },
	[OPENSC_WRITE] = { "writing", LENS_WRITING },
	[OPENSC_REMOVE] = { "removing", LENS_REMOVING },
	[OPENSC_WRITE_CERT] = { "storing", LENS_STORING_CERT },
};

/*
 * The session's folder while there is one: a process has one module and one
 * session.
 */
static char *folder, *cache;

static void
forget_folder(void)
{
	free(folder);
	free(cache);
	folder = cache = NULL;
}

static void
write_rule(const char *atr, const char *mask, const char *driver, void *arg)
{
	FILE *f = arg;

	fprintf(f, "\tcard_atr %s {\n\t\tatrmask = \"%s\";\n"
	    "\t\tdriver = \"%s\";\n\t}\n", atr, mask, driver);
}

/*
 * Its path, when it stands ready between OpenSC and the cards; else NULL, and
 * OpenSC asks them itself.  It stays loaded for good.
 */
static const char *
load_lens(enum lens_mode mode)
{
	static struct lens_rule rules[RULES_MAX];
	size_t n = model_lens_rules(model_table(), rules, RULES_MAX);
	const char *path = paths_card_lens();
	lens_rules_fn *tell = NULL;
	void *lib;

	if (n == 0)
		return NULL;
	lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	/* OpenSC without readers would be worse than any number of commands. */
	if (lib != NULL && dlsym(lib, "SCardListReaders") != NULL)
		tell = (lens_rules_fn *)dlsym(lib, LENS_RULES_SYMBOL);
	if (tell == NULL) {
		log_warn("%s: %s", path, dlerror());
		return NULL;
	}
	tell(mode, rules, n);
	return path;
}

/*
 * It writes to a card with a PIN that it keeps itself, from login to logout.
 * What it reads meanwhile may be half of a change, so nothing of it is cached.
 */
static int
write_conf(const char *path, const char *lens, bool writing)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	FILE *f = fd != -1 ? fdopen(fd, "w") : NULL;

	if (f == NULL) {
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	fprintf(f, "app default {\n");
	model_each_driver(model_table(), write_rule, f);
	if (lens != NULL)
		fprintf(f, "\treader_driver pcsc {\n"
		    "\t\tprovider_library = \"%s\";\n\t}\n", lens);
	fprintf(f, "\tframework pkcs15 {\n"
	    "\t\tuse_file_caching = %s;\n"
	    "\t\tfile_cache_dir = \"%s\";\n"
	    "\t\tuse_pin_caching = %s;\n"
	    "\t}\n}\n", writing ? "no" : "public", cache,
	    writing ? "true" : "false");
	return fclose(f) == 0 ? 0 : -1;
}

/*
 * A folder of one session: named by the supervisor's process id, so that a
 * module process that was ended and started again finds what it had read.
 */
static int
make_folder(void)
{
	const char *runtime = paths_runtime();

	if (runtime == NULL)
		return -1;
	folder = mem_printf("%s/" FOLDER "%ld", runtime, (long)getppid());
	cache = mem_printf("%s/cache", folder);
	if ((mkdir(folder, 0700) == -1 && errno != EEXIST) ||
	    (mkdir(cache, 0700) == -1 && errno != EEXIST)) {
		forget_folder();
		return -1;
	}
	return 0;
}

/* Files and one level of folders, which is all that is ever in there. */
static void
remove_tree(int at, const char *name, int depth)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	const struct dirent *e;

	if (dir == NULL) {
		if (fd != -1)
			(void)close(fd);
		return;
	}
	while ((e = readdir(dir)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, e->d_name, 0) == -1 && errno == EISDIR &&
		    depth > 0)
			remove_tree(fd, e->d_name, depth - 1);
	}
	(void)closedir(dir);
	(void)unlinkat(at, name, AT_REMOVEDIR);
}

/* A session that was cut off could not wipe what it had cached. */
static void
remove_stale(void)
{
	const char *runtime = paths_runtime();
	DIR *dir = runtime != NULL ? opendir(runtime) : NULL;
	const struct dirent *e;

	if (dir == NULL)
		return;
	while ((e = readdir(dir)) != NULL) {
		char *end;
		long pid;

		if (strncmp(e->d_name, FOLDER, strlen(FOLDER)) != 0)
			continue;
		pid = strtol(e->d_name + strlen(FOLDER), &end, 10);
		if (*end == '\0' && pid > 0 && kill((pid_t)pid, 0) == -1 &&
		    errno == ESRCH)
			remove_tree(dirfd(dir), e->d_name, 1);
	}
	(void)closedir(dir);
}

static void
point_to_conf(enum opensc_task task)
{
	char *path = mem_printf("%s/%s.conf", folder, tasks[task].name);

	if (write_conf(path, load_lens(tasks[task].lens), task != OPENSC_READ) == 0)
		(void)setenv("OPENSC_CONF", path, 1);
	else
		log_warn("no configuration for OpenSC: %s", strerror(errno));
	free(path);
}

void
opensc_task(enum opensc_task task)
{
	if (folder != NULL)
		point_to_conf(task);
}

void
opensc_prepare(const char *module)
{
	const char *slash = strrchr(module, '/');

	if (strstr(slash != NULL ? slash : module, "opensc") == NULL)
		return;
	remove_stale();
	if (make_folder() == -1) {
		log_warn("no folder for OpenSC's files: %s", strerror(errno));
		return;
	}
	point_to_conf(OPENSC_READ);
}

const char *
opensc_cache(void)
{
	return cache;
}

void
opensc_wipe(void)
{
	if (folder == NULL)
		return;
	remove_tree(AT_FDCWD, folder, 1);
	forget_folder();
	paths_runtime_leave();
}

void
opensc_wipe_session(void)
{
	const char *runtime = paths_runtime();

	if (runtime == NULL)
		return;
	folder = mem_printf("%s/" FOLDER "%ld", runtime, (long)getpid());
	opensc_wipe();
}

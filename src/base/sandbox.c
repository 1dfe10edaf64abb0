#include "config.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/filters.h"
#include "base/sandbox.h"
#include "base/secret.h"

#define N(list) (sizeof(list) / sizeof(*(list)))

#define FILTER_MOST	1024	/* instructions */

/* With its own number where one stands for that. */
static int
load(const struct sock_filter *made, size_t n, unsigned flags)
{
	struct sock_filter own[FILTER_MOST];
	const struct sock_fprog program = { (unsigned short)n, own };

	if (n > N(own))
		return -E2BIG;
	memcpy(own, made, n * sizeof(*made));
	for (size_t i = 0; i < n; i++)
		if (own[i].k == SANDBOX_OWN_PID)
			own[i].k = (uint32_t)getpid();
	/* The older way says nothing of logging; valgrind knows no other. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0 ||
	    (errno == ENOSYS &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0))
		return 0;
	return -errno;
}

static int
load_reader(void)
{
	return load(reader_filter, N(reader_filter), 0);
}

static int
load_network(void)
{
	return load(network_filter, N(network_filter), 0);
}

static int
load_supervisor(void)
{
	return load(supervisor_filter, N(supervisor_filter), 0);
}

static int
load_module(void)
{
	return load(module_filter, N(module_filter), 0);
}

/* What is refused is logged. */
static int
load_desk(void)
{
	return load(desk_filter, N(desk_filter), SECCOMP_FILTER_FLAG_LOG);
}

static int
harden(int (*load_filter)(void), struct err *err)
{
	int rc = 0;

	secret_harden_process();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_errno(err, ERR_HELPER_START, "no_new_privs");
#ifndef SANITIZED	/* the leak checker traces its own process */
	rc = load_filter();
#else
	(void)load_filter;
#endif
	if (rc < 0)
		return err_raw(err, ERR_HELPER_START, ORIGIN_ERRNO,
		    (unsigned long)-rc, "seccomp", NULL);
	return 0;
}

int
sandbox_desk(struct err *err)
{
	return harden(load_desk, err);
}

int
sandbox_supervisor(struct err *err)
{
	return harden(load_supervisor, err);
}

int
sandbox_module(struct err *err)
{
	return harden(load_module, err);
}

int
sandbox_reader(struct err *err)
{
	return harden(load_reader, err);
}

int
sandbox_network(struct err *err)
{
	return harden(load_network, err);
}

static int
limit(__rlimit_resource_t what, rlim_t most)	/* glibc's name for it */
{
	struct rlimit now, want = { most, most };

	/* A limit that is lower already stays. */
	if (getrlimit(what, &now) == 0 && now.rlim_max < most)
		want.rlim_cur = want.rlim_max = now.rlim_max;
	return setrlimit(what, &want);
}

#ifndef UNDER_VALGRIND
/*
 * A second between the two: at the hard one the kernel looks first, and kills by
 * SIGKILL, which does not say that it was the time.
 */
static int
limit_cpu(rlim_t most)
{
	struct rlimit now, want = { most, most + 1 };

	if (getrlimit(RLIMIT_CPU, &now) == 0) {
		if (now.rlim_max < want.rlim_max)
			want.rlim_max = now.rlim_max;
		if (now.rlim_cur < want.rlim_cur)
			want.rlim_cur = now.rlim_cur;
		if (want.rlim_max < want.rlim_cur)
			want.rlim_cur = want.rlim_max;
	}
	return setrlimit(RLIMIT_CPU, &want);
}
#endif

int
sandbox_limit(const struct sandbox_limits *l, struct err *err)
{
	if (limit(RLIMIT_CORE, 0) == -1 || limit(RLIMIT_FSIZE, 0) == -1 ||
	    (!l->threads && limit(RLIMIT_NPROC, 0) == -1))
		return err_errno(err, ERR_HELPER_START, "setrlimit");
#ifndef UNDER_VALGRIND	/* it takes many times longer, and keeps descriptors */
	if (limit_cpu(l->cpu) == -1 ||
	    limit(RLIMIT_NOFILE, l->files) == -1)
		return err_errno(err, ERR_HELPER_START, "setrlimit");
#endif
#if !defined(SANITIZED) && !defined(UNDER_VALGRIND)	/* whose shadow is larger */
	if (limit(RLIMIT_AS, l->memory) == -1)
		return err_errno(err, ERR_HELPER_START, "setrlimit");
#endif
	return 0;
}

int
sandbox_descriptors(int last, struct err *err)
{
	for (int i = 0; i <= STDERR_FILENO; i++)
		if (fcntl(i, F_GETFD) == -1 && open("/dev/null", O_RDWR) != i)
			return err_errno(err, ERR_HELPER_START, "/dev/null");
	for (int i = STDERR_FILENO + 1; i <= last; i++)
		if (fcntl(i, F_GETFD) == -1)
			return err_errno(err, ERR_HELPER_START, "descriptor");
	closefrom(last + 1);
	return 0;
}

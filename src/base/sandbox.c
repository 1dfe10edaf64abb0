#include "config.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/secret.h"

/* Reading others' memory, changing the system, going round the other rules. */
static const int always_denied[] = {
	SCMP_SYS(acct), SCMP_SYS(add_key), SCMP_SYS(adjtimex), SCMP_SYS(bpf),
	SCMP_SYS(chroot), SCMP_SYS(clock_adjtime), SCMP_SYS(clock_settime),
	SCMP_SYS(delete_module), SCMP_SYS(fanotify_init),
	SCMP_SYS(finit_module), SCMP_SYS(fsmount), SCMP_SYS(fsopen),
	SCMP_SYS(init_module), SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register), SCMP_SYS(io_uring_setup),
	SCMP_SYS(ioperm), SCMP_SYS(iopl), SCMP_SYS(kcmp),
	SCMP_SYS(kexec_file_load), SCMP_SYS(kexec_load), SCMP_SYS(keyctl),
	SCMP_SYS(lookup_dcookie), SCMP_SYS(mount), SCMP_SYS(mount_setattr),
	SCMP_SYS(move_mount), SCMP_SYS(name_to_handle_at),
	SCMP_SYS(nfsservctl), SCMP_SYS(open_by_handle_at),
	SCMP_SYS(open_tree), SCMP_SYS(perf_event_open),
	SCMP_SYS(pidfd_getfd), SCMP_SYS(pivot_root),
	SCMP_SYS(process_madvise), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(ptrace), SCMP_SYS(quotactl),
	SCMP_SYS(quotactl_fd), SCMP_SYS(reboot), SCMP_SYS(request_key),
	SCMP_SYS(setdomainname), SCMP_SYS(sethostname), SCMP_SYS(setns),
	SCMP_SYS(settimeofday), SCMP_SYS(swapoff), SCMP_SYS(swapon),
	SCMP_SYS(syslog), SCMP_SYS(umount2), SCMP_SYS(unshare),
	SCMP_SYS(uselib), SCMP_SYS(userfaultfd), SCMP_SYS(vhangup),
};

static const int exec_denied[] = { SCMP_SYS(execve), SCMP_SYS(execveat) };

/* All that a reader of documents does once its libraries are loaded. */
static const int reader_allowed[] = {
	SCMP_SYS(brk), SCMP_SYS(clock_gettime), SCMP_SYS(close),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex),
	SCMP_SYS(getpid), SCMP_SYS(getrandom), SCMP_SYS(gettid),
	SCMP_SYS(gettimeofday), SCMP_SYS(lseek), SCMP_SYS(madvise),
	SCMP_SYS(mlock), SCMP_SYS(mremap), SCMP_SYS(munlock),
	SCMP_SYS(munmap), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(read),
	SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sched_yield), SCMP_SYS(sendto), SCMP_SYS(sysinfo),
	SCMP_SYS(time), SCMP_SYS(write),
};

/*
 * What asking servers takes beyond that: names are looked up by whatever the
 * machine has set up for it, in a thread of its own.
 */
static const int network_allowed[] = {
	SCMP_SYS(access), SCMP_SYS(bind), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(connect), SCMP_SYS(dup), SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_wait),
	SCMP_SYS(eventfd2), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(fcntl), SCMP_SYS(fstat), SCMP_SYS(fstatfs),
	SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(getegid),
	SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getpeername),
	SCMP_SYS(getresgid), SCMP_SYS(getresuid), SCMP_SYS(getrusage),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt), SCMP_SYS(getuid), SCMP_SYS(ioctl),
	SCMP_SYS(lstat), SCMP_SYS(membarrier), SCMP_SYS(nanosleep),
	SCMP_SYS(newfstatat), SCMP_SYS(pipe2), SCMP_SYS(prctl),
	SCMP_SYS(pread64), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
	SCMP_SYS(readv), SCMP_SYS(recvfrom), SCMP_SYS(recvmmsg),
	SCMP_SYS(recvmsg), SCMP_SYS(rseq), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(select), SCMP_SYS(sendmmsg), SCMP_SYS(sendmsg),
	SCMP_SYS(set_robust_list), SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown), SCMP_SYS(sigaltstack), SCMP_SYS(socketpair),
	SCMP_SYS(stat), SCMP_SYS(statfs), SCMP_SYS(statx),
	SCMP_SYS(uname), SCMP_SYS(writev),
};

static int
deny_all(scmp_filter_ctx filter, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    calls[i], 0);

		/* A call that this machine does not have needs no rule. */
		if (rc < 0 && rc != -EDOM && rc != -EFAULT)
			return rc;
	}
	return 0;
}

/*
 * The pcsc-lite socket and the log are AF_UNIX; everything else a socket can be
 * is a way out of this machine or into the kernel.
 */
static int
deny_arguments(scmp_filter_ctx filter)
{
	const uint32_t no = SCMP_ACT_ERRNO(EPERM);
	int rc;

	rc = seccomp_rule_add(filter, no, SCMP_SYS(socket), 1,
	    SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));
	if (rc == 0)	/* typing into the terminal we were started from */
		rc = seccomp_rule_add(filter, no, SCMP_SYS(ioctl), 1,
		    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCSTI));
	if (rc == 0)
		rc = seccomp_rule_add(filter, no, SCMP_SYS(clone), 1,
		    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));
	if (rc == 0)	/* its flags are behind a pointer; glibc falls back */
		rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		    SCMP_SYS(clone3), 0);
	return rc;
}

static int
load(bool may_exec)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (filter == NULL)
		return -ENOMEM;
	/* A 32-bit call would pass by every rule here. */
	rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_ERRNO(EPERM));
	if (rc == 0)
		rc = deny_all(filter, always_denied,
		    sizeof(always_denied) / sizeof(*always_denied));
	if (rc == 0 && !may_exec)
		rc = deny_all(filter, exec_denied,
		    sizeof(exec_denied) / sizeof(*exec_denied));
	if (rc == 0)
		rc = deny_arguments(filter);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc;
}

/* Memory, but none that code can be put into and run; and its own abort(). */
static int
allow_arguments(scmp_filter_ctx filter)
{
	int rc;

	rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc == 0)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc == 0)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(tgkill), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	return rc;
}

static int
allow_all(scmp_filter_ctx filter, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);

		if (rc < 0 && rc != -EDOM && rc != -EFAULT)
			return rc;
	}
	return 0;
}

/*
 * Threads but no processes; files that are only read; code of libraries, which
 * nobody here can have written.
 */
static int
allow_network(scmp_filter_ctx filter)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6,
		AF_NETLINK };
	const uint32_t yes = SCMP_ACT_ALLOW;
	int rc;

	rc = seccomp_rule_add(filter, yes, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (rc == 0)	/* its flags are behind a pointer; glibc falls back */
		rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		    SCMP_SYS(clone3), 0);
	if (rc == 0)
		rc = seccomp_rule_add(filter, yes, SCMP_SYS(openat), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ,
		    O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
	if (rc == 0)
		rc = seccomp_rule_add(filter, yes, SCMP_SYS(mmap), 2,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC,
		    PROT_EXEC), SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0));
	for (size_t i = 0; rc == 0 && i < sizeof(families) / sizeof(*families);
	    i++)
		rc = seccomp_rule_add(filter, yes, SCMP_SYS(socket), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	return rc;
}

static int
load_allowed(bool network)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc = filter != NULL ? 0 : -ENOMEM;

	if (rc == 0)
		rc = allow_all(filter, reader_allowed,
		    sizeof(reader_allowed) / sizeof(*reader_allowed));
	if (rc == 0 && network)
		rc = allow_all(filter, network_allowed,
		    sizeof(network_allowed) / sizeof(*network_allowed));
	if (rc == 0)
		rc = allow_arguments(filter);
	if (rc == 0 && network)
		rc = allow_network(filter);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc;
}

static int
load_reader(void)
{
	return load_allowed(false);
}

static int
load_network(void)
{
	return load_allowed(true);
}

static int
load_supervisor(void)
{
	return load(true);
}

static int
load_module(void)
{
	return load(false);
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

int
sandbox_limit(const struct sandbox_limits *l, struct err *err)
{
	if (limit(RLIMIT_CORE, 0) == -1 || limit(RLIMIT_FSIZE, 0) == -1 ||
	    limit(RLIMIT_CPU, l->cpu) == -1 ||
	    limit(RLIMIT_NOFILE, l->files) == -1 ||
	    (!l->threads && limit(RLIMIT_NPROC, 0) == -1))
		return err_errno(err, ERR_HELPER_START, "setrlimit");
#ifndef SANITIZED	/* their shadow is larger than any memory */
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

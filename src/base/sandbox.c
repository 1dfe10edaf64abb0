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

/*
 * What the desk does, and what any of its helpers may do, since a filter is
 * inherited: each adds one of its own that is narrower (the card process above,
 * the readers and the askers of servers below).  SysV's memory and semaphores
 * are here for card software alone, which shares its caches in them.
 */
static const int desk_allowed[] = {
	SCMP_SYS(access), SCMP_SYS(adjtimex), SCMP_SYS(alarm),
	SCMP_SYS(arch_prctl), SCMP_SYS(bind), SCMP_SYS(capget),
	SCMP_SYS(chdir), SCMP_SYS(chmod), SCMP_SYS(clock_adjtime),
	SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(close_range), SCMP_SYS(connect), SCMP_SYS(copy_file_range),
	SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
	SCMP_SYS(epoll_create), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_wait), SCMP_SYS(eventfd2),
	SCMP_SYS(execve), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(fadvise64), SCMP_SYS(fallocate), SCMP_SYS(fchdir),
	SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(fchown),
	SCMP_SYS(fcntl), SCMP_SYS(fdatasync), SCMP_SYS(flock),
	SCMP_SYS(fork), SCMP_SYS(fstat), SCMP_SYS(fstatfs), SCMP_SYS(fsync),
	SCMP_SYS(ftruncate), SCMP_SYS(get_robust_list), SCMP_SYS(getcpu),
	SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(getegid),
	SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getgroups),
	SCMP_SYS(getitimer), SCMP_SYS(getpeername), SCMP_SYS(getpgid),
	SCMP_SYS(getpgrp), SCMP_SYS(getppid), SCMP_SYS(getpriority),
	SCMP_SYS(getresgid), SCMP_SYS(getresuid), SCMP_SYS(getrlimit),
	SCMP_SYS(getrusage), SCMP_SYS(getsid), SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt), SCMP_SYS(getuid), SCMP_SYS(inotify_add_watch),
	SCMP_SYS(inotify_init1), SCMP_SYS(inotify_rm_watch), SCMP_SYS(ioctl),
	SCMP_SYS(kill), SCMP_SYS(landlock_add_rule),
	SCMP_SYS(landlock_create_ruleset), SCMP_SYS(landlock_restrict_self),
	SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(lstat),
	SCMP_SYS(membarrier), SCMP_SYS(memfd_create), SCMP_SYS(mincore),
	SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(mlock2), SCMP_SYS(mmap),
	SCMP_SYS(mprotect), SCMP_SYS(msync), SCMP_SYS(nanosleep),
	SCMP_SYS(newfstatat), SCMP_SYS(open), SCMP_SYS(openat),
	SCMP_SYS(pause), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(prctl), SCMP_SYS(pread64),
	SCMP_SYS(preadv), SCMP_SYS(prlimit64), SCMP_SYS(pselect6),
	SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(readv), SCMP_SYS(recvfrom),
	SCMP_SYS(recvmmsg), SCMP_SYS(recvmsg), SCMP_SYS(rename),
	SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(rmdir),
	SCMP_SYS(rseq), SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(rt_sigsuspend), SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(sched_get_priority_max), SCMP_SYS(sched_get_priority_min),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getattr),
	SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_getscheduler), SCMP_SYS(sched_setattr),
	SCMP_SYS(seccomp), SCMP_SYS(select),
	SCMP_SYS(semctl), SCMP_SYS(semget), SCMP_SYS(semop),
	SCMP_SYS(semtimedop), SCMP_SYS(sendfile), SCMP_SYS(sendmmsg),
	SCMP_SYS(sendmsg), SCMP_SYS(set_robust_list),
	SCMP_SYS(set_tid_address), SCMP_SYS(setitimer), SCMP_SYS(setpgid),
	SCMP_SYS(setpriority), SCMP_SYS(setrlimit), SCMP_SYS(setsid),
	SCMP_SYS(setsockopt), SCMP_SYS(shmat), SCMP_SYS(shmctl),
	SCMP_SYS(shmdt), SCMP_SYS(shmget), SCMP_SYS(shutdown),
	SCMP_SYS(sigaltstack), SCMP_SYS(signalfd4), SCMP_SYS(socketpair),
	SCMP_SYS(stat), SCMP_SYS(statfs), SCMP_SYS(statx),
	SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(tgkill),
	SCMP_SYS(timer_create), SCMP_SYS(timer_delete),
	SCMP_SYS(timer_gettime), SCMP_SYS(timer_settime),
	SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(times),
	SCMP_SYS(truncate), SCMP_SYS(umask), SCMP_SYS(uname),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(utimensat),
	SCMP_SYS(vfork), SCMP_SYS(wait4), SCMP_SYS(waitid), SCMP_SYS(writev),
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

/* Names of machines are looked up by all of these. */
static int
allow_sockets(scmp_filter_ctx filter)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6,
		AF_NETLINK };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(families) / sizeof(*families);
	    i++)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
		    1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	return rc;
}

/*
 * Threads but no processes; files that are only read; code of libraries, which
 * nobody here can have written.
 */
static int
allow_network(scmp_filter_ctx filter)
{
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
	return rc == 0 ? allow_sockets(filter) : rc;
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

/*
 * A list of what is allowed cannot say "all but these", so what no terminal is
 * to be asked has a filter of its own: typing into it, and the console's
 * pasting.
 */
static int
load_terminal(void)
{
	static const unsigned denied[] = { TIOCSTI, TIOCLINUX };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int rc = filter != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; rc == 0 && i < sizeof(denied) / sizeof(*denied); i++)
		rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_MASKED_EQ,
		    0xffffffff, denied[i]));
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc;
}

static int
allow_desk(scmp_filter_ctx filter)
{
	const scmp_datum_t apart = CLONE_NEWCGROUP | CLONE_NEWIPC |
	    CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER |
	    CLONE_NEWUTS;
	int rc;

	rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, apart, 0));
	if (rc == 0)	/* its flags are behind a pointer; glibc falls back */
		rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		    SCMP_SYS(clone3), 0);
	return rc == 0 ? allow_sockets(filter) : rc;
}

static int
load_desk(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc = filter != NULL ? 0 : -ENOMEM;

	/* Some two hundred: found by halves, and what is refused is logged. */
	if (rc == 0) {
		(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
		(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
		rc = allow_all(filter, reader_allowed,
		    sizeof(reader_allowed) / sizeof(*reader_allowed));
	}
	if (rc == 0)
		rc = allow_all(filter, desk_allowed,
		    sizeof(desk_allowed) / sizeof(*desk_allowed));
	if (rc == 0)
		rc = allow_desk(filter);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc == 0 ? load_terminal() : rc;
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

int
sandbox_limit(const struct sandbox_limits *l, struct err *err)
{
	if (limit(RLIMIT_CORE, 0) == -1 || limit(RLIMIT_FSIZE, 0) == -1 ||
	    (!l->threads && limit(RLIMIT_NPROC, 0) == -1))
		return err_errno(err, ERR_HELPER_START, "setrlimit");
#ifndef UNDER_VALGRIND	/* it takes many times longer, and keeps descriptors */
	if (limit(RLIMIT_CPU, l->cpu) == -1 ||
	    limit(RLIMIT_NOFILE, l->files) == -1)
		return err_errno(err, ERR_HELPER_START, "setrlimit");
#endif
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

/*
 * Makes src/base/filters.h while the house is built: what each of our programs may
 * ask of the kernel, as the kernel wants it told.  A program that puts its filter
 * together when it starts needs more time for that than for all else before the
 * desk's first frame.
 *
 * usage: mkfilter >filters.h
 */
#include "config.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sandbox.h"

#define N(list) (sizeof(list) / sizeof(*(list)))

#define PROGRAM_MOST 1024	/* instructions */

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

static void
check(int rc, const char *what)
{
	if (rc < 0) {
		errno = -rc;
		err(1, "%s", what);
	}
}

static scmp_filter_ctx
begin(uint32_t otherwise)
{
	scmp_filter_ctx filter = seccomp_init(otherwise);

	if (filter == NULL)
		errx(1, "seccomp_init");
	return filter;
}

static void
rule_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int rc = seccomp_rule_add(filter, action, calls[i], 0);

		/* A call that this machine does not have needs no rule. */
		if (rc != -EDOM && rc != -EFAULT)
			check(rc, "a rule for a call");
	}
}

static void
rule_when(scmp_filter_ctx filter, uint32_t action, int call,
    struct scmp_arg_cmp when)
{
	check(seccomp_rule_add_array(filter, action, call, 1, &when),
	    "a rule for an argument");
}

static void
allow_all(scmp_filter_ctx filter, const int *calls, size_t n)
{
	rule_all(filter, SCMP_ACT_ALLOW, calls, n);
}

static void
deny_all(scmp_filter_ctx filter, const int *calls, size_t n)
{
	rule_all(filter, SCMP_ACT_ERRNO(EPERM), calls, n);
}

static void
allow_when(scmp_filter_ctx filter, int call, struct scmp_arg_cmp when)
{
	rule_when(filter, SCMP_ACT_ALLOW, call, when);
}

static void
deny_when(scmp_filter_ctx filter, int call, struct scmp_arg_cmp when)
{
	rule_when(filter, SCMP_ACT_ERRNO(EPERM), call, when);
}

/* Its flags are behind a pointer; without it glibc falls back on clone. */
static void
hide_clone3(scmp_filter_ctx filter)
{
	const int call = SCMP_SYS(clone3);

	rule_all(filter, SCMP_ACT_ERRNO(ENOSYS), &call, 1);
}

/*
 * What card software does nobody can list, so this says what it may not.  The
 * pcsc-lite socket and the log are AF_UNIX; everything else a socket can be is a
 * way out of this machine or into the kernel.
 */
static scmp_filter_ctx
foreign(bool may_exec)
{
	scmp_filter_ctx filter = begin(SCMP_ACT_ALLOW);

	deny_all(filter, always_denied, N(always_denied));
	if (!may_exec)
		deny_all(filter, exec_denied, N(exec_denied));
	deny_when(filter, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));
	/* Typing into the terminal we were started from. */
	deny_when(filter, SCMP_SYS(ioctl),
	    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCSTI));
	deny_when(filter, SCMP_SYS(clone),
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));
	hide_clone3(filter);
	return filter;
}

static scmp_filter_ctx
supervisor(void)
{
	return foreign(true);
}

static scmp_filter_ctx
module(void)
{
	return foreign(false);
}

/* Memory, but none that code can be put into and run; and its own abort(). */
static scmp_filter_ctx
reader(void)
{
	scmp_filter_ctx filter = begin(SCMP_ACT_ERRNO(EPERM));

	allow_all(filter, reader_allowed, N(reader_allowed));
	allow_when(filter, SCMP_SYS(mmap),
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	allow_when(filter, SCMP_SYS(mprotect),
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	allow_when(filter, SCMP_SYS(tgkill),
	    SCMP_A0(SCMP_CMP_EQ, SANDBOX_OWN_PID, 0));
	return filter;
}

/* Names of machines are looked up by all of these. */
static void
allow_sockets(scmp_filter_ctx filter)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6,
		AF_NETLINK };

	for (size_t i = 0; i < N(families); i++)
		allow_when(filter, SCMP_SYS(socket),
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
}

/*
 * Threads but no processes; files that are only read; code of libraries, which
 * nobody here can have written.
 */
static scmp_filter_ctx
network(void)
{
	const struct scmp_arg_cmp library[] = {
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_EXEC),
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0),
	};
	scmp_filter_ctx filter = reader();

	allow_all(filter, network_allowed, N(network_allowed));
	allow_when(filter, SCMP_SYS(clone),
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	hide_clone3(filter);
	allow_when(filter, SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ,
	    O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
	check(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap),
	    N(library), library), "a rule for libraries");
	allow_sockets(filter);
	return filter;
}

/* Some two hundred: found by halves. */
static scmp_filter_ctx
desk(void)
{
	const scmp_datum_t apart = CLONE_NEWCGROUP | CLONE_NEWIPC |
	    CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER |
	    CLONE_NEWUTS;
	scmp_filter_ctx filter = begin(SCMP_ACT_ERRNO(EPERM));

	check(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2),
	    "SCMP_FLTATR_CTL_OPTIMIZE");
	allow_all(filter, reader_allowed, N(reader_allowed));
	allow_all(filter, desk_allowed, N(desk_allowed));
	allow_when(filter, SCMP_SYS(clone),
	    SCMP_A0(SCMP_CMP_MASKED_EQ, apart, 0));
	hide_clone3(filter);
	allow_sockets(filter);
	return filter;
}

/*
 * A list of what is allowed cannot say "all but these", so what no terminal is
 * to be asked has a program of its own: typing into it, and the console's
 * pasting.
 */
static scmp_filter_ctx
terminal(void)
{
	static const unsigned denied[] = { TIOCSTI, TIOCLINUX };
	scmp_filter_ctx filter = begin(SCMP_ACT_ALLOW);

	for (size_t i = 0; i < N(denied); i++)
		deny_when(filter, SCMP_SYS(ioctl),
		    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, denied[i]));
	return filter;
}

/* What a program allows, the one behind it has its say on. */
static void
print_program(scmp_filter_ctx (*make)(void), bool last)
{
	struct sock_filter own[PROGRAM_MOST];
	scmp_filter_ctx filter = make();
	FILE *made = tmpfile();
	size_t n;

	if (made == NULL)
		err(1, "a temporary file");
	/* A 32-bit call would pass by every rule here. */
	check(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_ERRNO(EPERM)), "SCMP_FLTATR_ACT_BADARCH");
	check(seccomp_export_bpf(filter, fileno(made)), "seccomp_export_bpf");
	seccomp_release(filter);
	rewind(made);
	n = fread(own, sizeof(*own), N(own), made);
	if (ferror(made) || n == N(own))
		errx(1, "a program that cannot be read, or is too long");
	(void)fclose(made);
	for (size_t i = 0; i < n; i++) {
		if (!last && own[i].code == (BPF_RET | BPF_K) &&
		    own[i].k == SECCOMP_RET_ALLOW)
			own[i] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA,
			    (uint32_t)(n - i - 1));
		printf("\t{ 0x%02x, %u, %u, 0x%x },\n", (unsigned)own[i].code,
		    (unsigned)own[i].jt, (unsigned)own[i].jf,
		    (unsigned)own[i].k);
	}
}

/* Of one program, or of two that both have to allow a call. */
static void
print(const char *name, scmp_filter_ctx (*make)(void),
    scmp_filter_ctx (*and_make)(void))
{
	printf("\nstatic const struct sock_filter %s_filter[] = {\n", name);
	print_program(make, and_make == NULL);
	if (and_make != NULL)
		print_program(and_make, true);
	puts("};");
}

int
main(void)
{
	puts("/* Made by src/base/mkfilter.c, where what it says is written. */\n"
	    "#ifndef BASE_FILTERS_H\n#define BASE_FILTERS_H\n\n"
	    "#include <linux/filter.h>");
	print("desk", terminal, desk);
	print("module", module, NULL);
	print("network", network, NULL);
	print("reader", reader, NULL);
	print("supervisor", supervisor, NULL);
	puts("\n#endif");
	if (fflush(stdout) != 0 || ferror(stdout))
		err(1, "standard output");
	return 0;
}

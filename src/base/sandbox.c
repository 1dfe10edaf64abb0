#include "config.h"

#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <unistd.h>

#include "base/secret.h"
#include "card/sandbox.h"

#define HELPER_FD	3

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

static int
harden(bool may_exec, struct err *err)
{
	int rc = 0;

	secret_harden_process();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_errno(err, ERR_HELPER_START, "no_new_privs");
#ifndef SANITIZED	/* the leak checker traces its own process */
	rc = load(may_exec);
#else
	(void)load;
	(void)may_exec;
#endif
	if (rc < 0)
		return err_raw(err, ERR_HELPER_START, ORIGIN_ERRNO,
		    (unsigned long)-rc, "seccomp", NULL);
	return 0;
}

int
sandbox_supervisor(struct err *err)
{
	return harden(true, err);
}

int
sandbox_module(struct err *err)
{
	return harden(false, err);
}

int
sandbox_descriptors(int fd, struct err *err)
{
	for (int i = 0; i < HELPER_FD; i++)
		if (fcntl(i, F_GETFD) == -1 && open("/dev/null", O_RDWR) != i)
			return err_errno(err, ERR_HELPER_START, "/dev/null");
	if (fd != HELPER_FD && dup2(fd, HELPER_FD) == -1)
		return err_errno(err, ERR_HELPER_START, "--fd");
	if (fcntl(HELPER_FD, F_GETFD) == -1)
		return err_errno(err, ERR_HELPER_START, "--fd");
	closefrom(HELPER_FD + 1);
	return 0;
}

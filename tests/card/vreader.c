/*
 * vreader: a pcscd of one's own with two virtual readers, beside whatever
 * pcscd the machine runs.  pcscd's socket path is compiled in, but it takes a
 * listening socket as descriptor 3 (as from systemd); so it is given ours.
 *
 * It ends with this program, however that ends.  Several may run side by side:
 * each pair of ports is claimed through a name in the abstract socket space,
 * which goes when its owner goes.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#include "base/mem.h"

#define PCSCD		"/usr/sbin/pcscd"
#define RUN_DIR		"/run/pcscd"	/* where pcscd insists to be */
#define DRIVER		"/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
#define USER		"nobody"
#define PORT_FIRST	20000		/* below what the kernel gives out */
#define PORT_LAST	32000
#define START_SECONDS	10
#define STOP_MS		2000

struct vreader {
	const char	*name;
	unsigned	 readers;	/* 0 or 2 */
	char		*dir, *socket, *conf, *env, *log;
	unsigned	 port;		/* and the next one */
	int		 claim;		/* holds the ports' name */
	pid_t		 pcscd;		/* 0 while stopped */
};

static const char usage_text[] =
"usage: vreader --dir DIR [--name NAME] [--readers 0|2] [--tied]\n"
"\n"
"Runs a private pcscd with two virtual readers, \"NAME 00 00\" and\n"
"\"NAME 00 01\" (vpcd has no other number), until it is ended by SIGTERM.\n"
"When it answers, DIR/env is there: lines for a shell with\n"
"PCSCLITE_CSOCK_NAME, VREADER_PORT0, VREADER_PORT1, VREADER_NAME,\n"
"VREADER_PID and PCSCD_PID.  DIR/pcscd.log has what pcscd says.\n"
"SIGUSR1 kills pcscd at once and removes the socket, SIGUSR2 starts it again.\n"
"Started by root, pcscd runs as " USER ", which must be able to enter DIR.\n"
"--tied: ends when the parent process does.\n";

static void
fail(const char *what)
{
	panic("vreader: %s: %s", what, strerror(errno));
}

/* Nobody else listens here, on any address: vpcd listens on all. */
static bool
is_free(unsigned port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is = fd != -1 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	if (fd != -1)
		close(fd);
	return is;
}

/* The descriptor that holds the claim, or -1: somebody else has it. */
static int
claim_port(unsigned port)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int n = snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1,
	    "okienko-vreader-%u", port);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd != -1 && bind(fd, (struct sockaddr *)&a,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
	    (size_t)n)) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void
find_ports(struct vreader *v)
{
	unsigned pairs = (PORT_LAST - PORT_FIRST) / 2;
	unsigned at = (unsigned)getpid() % pairs;

	for (unsigned i = 0; i < pairs; i++, at = (at + 1) % pairs) {
		v->port = PORT_FIRST + 2 * at;
		v->claim = claim_port(v->port);
		if (v->claim == -1)
			continue;
		if (is_free(v->port) && is_free(v->port + 1))
			return;
		close(v->claim);
	}
	panic("vreader: no free pair of ports");
}

static void
write_conf(const struct vreader *v)
{
	char *path = mem_printf("%s/vpcd", v->conf);
	FILE *f;

	if (mkdir(v->conf, 0755) == -1 && errno != EEXIST)
		fail(v->conf);
	if (chmod(v->conf, 0755) == -1)
		fail(v->conf);
	f = fopen(path, "we");
	if (f == NULL)
		fail(path);
	if (v->readers > 0)
		fprintf(f, "FRIENDLYNAME \"%s\"\nDEVICENAME /dev/null:0x%X\n"
		    "LIBPATH %s\nCHANNELID 0x%X\n", v->name, v->port, DRIVER,
		    v->port);
	if (fclose(f) != 0 || chmod(path, 0644) == -1)
		fail(path);
	free(path);
}

static int
listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(a.sun_path))
		panic("vreader: %s: too long for a socket", path);
	memcpy(a.sun_path, path, strlen(path) + 1);
	unlink(path);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    chmod(path, 0600) == -1 || listen(fd, 16) == -1)
		fail(path);
	return fd;
}

static void
tell_kernel(const char *path, const char *format, unsigned id)
{
	FILE *f = fopen(path, "we");

	if (f == NULL || fprintf(f, format, id, id) < 0 || fclose(f) != 0)
		fail(path);
}

/*
 * pcscd wants /run/pcscd to be there, even when it is given its socket.  Root
 * makes it as the package's own unit does; anybody else gets a /run of one's
 * own in a namespace.
 */
static void
have_run_dir(void)
{
	unsigned uid = geteuid(), gid = getegid();

	if (access(RUN_DIR, F_OK) == 0)
		return;
	if (uid == 0) {
		if (mkdir(RUN_DIR, 0755) == -1 && errno != EEXIST)
			fail(RUN_DIR);
		return;
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1)
		fail(RUN_DIR " is missing and cannot be stood in for");
	tell_kernel("/proc/self/setgroups", "deny", 0);
	tell_kernel("/proc/self/uid_map", "%u %u 1", uid);
	tell_kernel("/proc/self/gid_map", "%u %u 1", gid);
	if (mount("none", "/run", "tmpfs", 0, NULL) == -1 ||
	    mkdir(RUN_DIR, 0755) == -1)
		fail(RUN_DIR " is missing and cannot be stood in for");
}

static void
become_nobody(void)
{
	const struct passwd *pw = getpwnam(USER);

	if (pw == NULL)
		panic("vreader: no user " USER);
	if (setgroups(0, NULL) == -1 || setgid(pw->pw_gid) == -1 ||
	    setuid(pw->pw_uid) == -1)
		fail("cannot become " USER);
}

/* In the child: never returns. */
static void
become_pcscd(const struct vreader *v, int sock, pid_t parent)
{
	int log = open(v->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	sigset_t none;
	char pid[16];

	if (log == -1)
		fail(v->log);
	have_run_dir();
	if (geteuid() == 0)
		become_nobody();
	/* After the change of user, which would forget it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	if (dup2(sock, 3) == -1 || fcntl(3, F_SETFD, 0) == -1)
		fail("descriptor 3");
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", pid, 1);
	execl(PCSCD, "pcscd", "-f", "-c", v->conf, (char *)NULL);
	fail(PCSCD);
}

static void
too_slow(int sig)
{
	static const char said[] = "vreader: pcscd does not answer\n";

	(void)sig;
	if (write(STDERR_FILENO, said, sizeof(said) - 1) == -1)
		_exit(2);
	_exit(1);
}

static unsigned
count_readers(SCARDCONTEXT ctx)
{
	char names[1024];
	DWORD len = sizeof(names);
	unsigned n = 0;

	if (SCardListReaders(ctx, NULL, names, &len) != SCARD_S_SUCCESS)
		return 0;
	for (const char *p = names; *p; p += strlen(p) + 1)
		n++;
	return n;
}

/* Until pcscd has listed all readers: then their ports are open as well. */
static void
wait_ready(const struct vreader *v)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	SCARDCONTEXT ctx;

	signal(SIGALRM, too_slow);
	alarm(START_SECONDS);
	while (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx) !=
	    SCARD_S_SUCCESS) {
		if (waitpid(v->pcscd, NULL, WNOHANG) == v->pcscd)
			panic("vreader: pcscd ended; see %s", v->log);
		nanosleep(&pause, NULL);
	}
	while (count_readers(ctx) < v->readers)
		nanosleep(&pause, NULL);
	SCardReleaseContext(ctx);
	alarm(0);
}

static void
write_env(const struct vreader *v)
{
	char *temp = mem_printf("%s.new", v->env);
	FILE *f = fopen(temp, "we");

	if (f == NULL)
		fail(temp);
	fprintf(f, "PCSCLITE_CSOCK_NAME='%s'\nVREADER_NAME='%s'\n"
	    "VREADER_PORT0=%u\nVREADER_PORT1=%u\nVREADER_PID=%ld\n"
	    "PCSCD_PID=%ld\n", v->socket, v->name, v->port, v->port + 1,
	    (long)getpid(), (long)v->pcscd);
	if (fclose(f) != 0 || rename(temp, v->env) == -1)
		fail(v->env);
	free(temp);
}

static void
start(struct vreader *v)
{
	int sock = listen_at(v->socket);
	pid_t self = getpid();

	v->pcscd = fork();
	if (v->pcscd == -1)
		fail("fork");
	if (v->pcscd == 0)
		become_pcscd(v, sock, self);
	close(sock);	/* so that a dead pcscd refuses, and does not hang */
	wait_ready(v);
	write_env(v);
}

/* First the polite signal, if any, then the other when that took too long. */
static void
stop(struct vreader *v, int sig)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	int ms = 0;

	unlink(v->env);
	if (v->pcscd) {
		kill(v->pcscd, sig);
		while (waitpid(v->pcscd, NULL, WNOHANG) == 0) {
			if (ms == STOP_MS)
				kill(v->pcscd, SIGKILL);
			nanosleep(&pause, NULL);
			ms += 10;
		}
	}
	v->pcscd = 0;
	unlink(v->socket);
}

static void
prepare(struct vreader *v, const char *dir)
{
	v->dir = realpath(dir, NULL);	/* pcscd takes absolute paths only */
	if (v->dir == NULL)
		fail(dir);
	v->socket = mem_printf("%s/pcscd.sock", v->dir);
	v->conf = mem_printf("%s/reader.conf.d", v->dir);
	v->env = mem_printf("%s/env", v->dir);
	v->log = mem_printf("%s/pcscd.log", v->dir);
	unlink(v->env);
	setenv("PCSCLITE_CSOCK_NAME", v->socket, 1);
	find_ports(v);
	write_conf(v);
}

static void
clear(struct vreader *v)
{
	free(v->log);
	free(v->env);
	free(v->conf);
	free(v->socket);
	free(v->dir);
	close(v->claim);
}

/* SIGCHLD without our doing: pcscd died by itself. */
static int
serve(struct vreader *v, const sigset_t *set)
{
	int sig;

	for (;;) {
		sigwait(set, &sig);
		switch (sig) {
		case SIGUSR1:
			stop(v, SIGKILL);
			break;
		case SIGUSR2:
			if (v->pcscd == 0)
				start(v);
			break;
		case SIGCHLD:
			if (v->pcscd == 0 ||
			    waitpid(v->pcscd, NULL, WNOHANG) != v->pcscd)
				break;
			fprintf(stderr, "vreader: pcscd ended; see %s\n",
			    v->log);
			v->pcscd = 0;
			stop(v, 0);
			break;
		default:
			stop(v, SIGTERM);
			return 0;
		}
	}
}

enum { OPT_TIED = 256 };

static const struct option options[] = {
	{ "dir", required_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "name", required_argument, NULL, 'n' },
	{ "readers", required_argument, NULL, 'r' },
	{ "tied", no_argument, NULL, OPT_TIED },
	{ NULL, 0, NULL, 0 },
};

static void
usage(int code)
{
	fputs(usage_text, code ? stderr : stdout);
	exit(code);
}

int
main(int argc, char **argv)
{
	static const int watched[] = {
		SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1, SIGUSR2
	};
	struct vreader v = { .name = "Virtual PCD", .readers = 2 };
	const char *dir = NULL;
	sigset_t set;
	int o, rc;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (o) {
		case 'd': dir = optarg; break;
		case 'h': usage(0); break;
		case 'n': v.name = optarg; break;
		case 'r': v.readers = (unsigned)atoi(optarg); break;
		case OPT_TIED: prctl(PR_SET_PDEATHSIG, SIGTERM); break;
		default: usage(2);
		}
	if (dir == NULL || optind != argc || (v.readers != 0 && v.readers != 2))
		usage(2);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		sigaddset(&set, watched[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prepare(&v, dir);
	start(&v);
	rc = serve(&v, &set);
	clear(&v);
	return rc;
}

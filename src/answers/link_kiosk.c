/*
 * Links of a kiosk that is installed: each item of make install-kiosk as it is on
 * this machine now, and what was to come of it.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answers/chain_inside.h"
#include "answers/machine.h"
#include "base/i18n.h"
#include "base/mem.h"

#define UNIT	"okienko-kiosk.service"
#define WANTS	"/etc/systemd/system/multi-user.target.wants/" UNIT
#define SOCKET	"okienko-card.socket"
#define PCSCD	"pcscd.service"

#define AGAIN	N_("Run make install-kiosk again, and start the machine anew.")

static struct machine
machine_of(const struct chain_walk *w)
{
	return (struct machine){ .root = w->told != NULL &&
	    w->told->root != NULL ? w->told->root : "" };
}

bool
chain_kiosk_here(const char *root)
{
	const struct machine m = { .root = root != NULL ? root : "" };
	struct machine_account a;
	struct stat st;

	return machine_unit(&m, UNIT, NULL, 0) != UNIT_ABSENT ||
	    machine_unit(&m, SOCKET, NULL, 0) != UNIT_ABSENT ||
	    machine_stat(&m, WANTS, &st) == 0 ||
	    machine_account(&m, "okienko-kiosk", &a) == 0 ||
	    machine_account(&m, "okienko-card", &a) == 0;
}

static void
fine(struct chain_walk *w, const char *sentence)
{
	link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s", sentence);
}

/* Something of ours is there as it was installed; else what it is about. */
static bool
tell_installed(struct chain_walk *w, const struct machine *m, const char *name)
{
	char path[256] = "";

	switch (machine_unit(m, name, path, sizeof path)) {
	case UNIT_INSTALLED:
		return true;
	case UNIT_REPLACED:
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Compare it with the installed one, or take it away; a "
		    "drop-in is enough for one setting."),
		    _("%s stands in the place of what was installed"), path);
		return true;
	case UNIT_MASKED:
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Take the link away: systemctl unmask."),
		    _("%s is switched off: %s"), name, path);
		return false;
	case UNIT_ABSENT:
		link_tell(w, HEALTH_WRONG, TURN_KEEPER, _(AGAIN),
		    _("%s is not installed"), name);
		return false;
	}
	return false;
}

/* --- the unit ------------------------------------------------------------- */

/* Changes by the administrator are his; that they are there has to be known. */
static void
tell_drop_ins(struct chain_walk *w, const struct machine *m)
{
	static const char *const where[] = {
		"/etc/systemd/system/" UNIT ".d",
		"/run/systemd/system/" UNIT ".d",
		"/etc/systemd/system.control/" UNIT ".d",
	};
	struct stat st;

	for (size_t i = 0; i < sizeof where / sizeof where[0]; i++) {
		if (machine_stat(m, where[i], &st) == -1)
			continue;
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("See whether it is still as closed: systemd-analyze "
		    "security okienko-kiosk.service says 1.3 or less."),
		    _("settings in %s change the unit"), where[i]);
	}
}

int
link_kiosk_unit(struct chain_walk *w, struct err *err)
{
	const struct machine m = machine_of(w);
	struct stat st;

	(void)err;
	if (!tell_installed(w, &m, UNIT))
		return 0;
	tell_drop_ins(w, &m);
	if (machine_stat(&m, WANTS, &st) == -1)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Let it start with the machine: systemctl enable "
		    "okienko-kiosk.service."), "%s",
		    _("the kiosk does not start with the machine"));
	else if (machine_service_pid(&m, UNIT) == 0)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Look why: systemctl status okienko-kiosk.service."),
		    "%s", _("the kiosk starts with the machine, but does not "
		    "run now"));
	else
		fine(w, _("the kiosk runs, and starts with the machine"));
	return 0;
}

/* --- accounts and folders ---------------------------------------------------- */

static bool
is_no_shell(const char *shell)
{
	return strcmp(shell, "/usr/sbin/nologin") == 0 ||
	    strcmp(shell, "/bin/false") == 0 ||
	    strcmp(shell, "/usr/bin/false") == 0;
}

int
link_kiosk_accounts(struct chain_walk *w, struct err *err)
{
	static const char *const names[] = { "okienko-kiosk", "okienko-card" };
	const struct machine m = machine_of(w);
	struct machine_account a;

	(void)err;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (machine_account(&m, names[i], &a) == -1)
			link_tell(w, HEALTH_WRONG, TURN_KEEPER,
			    _("Make it: systemd-sysusers."),
			    _("there is no account %s"), names[i]);
		else if (a.uid == 0 || !is_no_shell(a.shell))
			link_tell(w, HEALTH_WRONG, TURN_KEEPER,
			    _("Take its shell away: usermod -s "
			    "/usr/sbin/nologin."),
			    _("somebody can log in as %s: %s"), names[i],
			    a.uid == 0 ? "root" : a.shell);
		else
			link_tell(w, HEALTH_OK, TURN_NOBODY, "",
			    _("%s is an account that nobody can log in to"),
			    names[i]);
	}
	return 0;
}

static void
tell_folder(struct chain_walk *w, const struct machine *m, const char *path,
    const char *owner, unsigned mode)
{
	struct machine_account a = { .uid = 0 };
	struct stat st;

	if (machine_stat(m, path, &st) == -1)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Make it: systemd-tmpfiles --create."),
		    _("there is no folder %s"), path);
	else if (!S_ISDIR(st.st_mode) || (st.st_mode & 07777) != mode ||
	    (owner != NULL && (machine_account(m, owner, &a) == -1 ||
	    st.st_uid != a.uid)))
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Put it right: systemd-tmpfiles --create."),
		    _("%s is not as it has to be: %04o, owner %u"), path,
		    (unsigned)(st.st_mode & 07777), (unsigned)st.st_uid);
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s is for whom it has to be (%04o)"), path, mode);
}

int
link_kiosk_folders(struct chain_walk *w, struct err *err)
{
	const struct machine m = machine_of(w);

	(void)err;
	tell_folder(w, &m, "/var/lib/okienko-kiosk", "okienko-kiosk", 0700);
	tell_folder(w, &m, "/var/lib/okienko", NULL, 02770);
	return 0;
}

/* --- ways out ----------------------------------------------------------------- */

int
link_kiosk_consoles(struct chain_walk *w, struct err *err)
{
	static const char *const off[] = { "autovt@.service",
		"console-getty.service", "ctrl-alt-del.target",
		"debug-shell.service", "getty@tty1.service",
		"getty@tty2.service", "getty@tty3.service",
		"getty@tty4.service", "getty@tty5.service",
		"getty@tty6.service", "serial-getty@.service" };
	const struct machine m = machine_of(w);
	size_t on = 0;

	(void)err;
	for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
		if (machine_unit(&m, off[i], NULL, 0) == UNIT_MASKED)
			continue;
		on++;
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Switch it off for good: systemctl mask."),
		    _("%s can be started"), off[i]);
	}
	if (on == 0)
		fine(w, _("no console has a login, and Ctrl-Alt-Del does "
		    "nothing"));
	if (tell_installed(w, &m, "logind.conf.d/okienko.conf") &&
	    tell_installed(w, &m, "system.conf.d/okienko.conf"))
		fine(w, _("no key opens another console"));
	return 0;
}

/*
 * The kernel does not tell whether consoles are locked.  The unit locks them
 * before it starts the desk, and does not start it where that fails.
 */
static void
tell_lock(struct chain_walk *w, const struct machine *m)
{
	char path[256] = "", value[256], *text;

	if (machine_unit(m, UNIT, path, sizeof path) == UNIT_ABSENT ||
	    (text = machine_text(m, path)) == NULL)
		return;
	if (machine_value(text, "ExecStartPre", value, sizeof value) == NULL ||
	    strncmp(value, "+/", 2) != 0 ||
	    strstr(value, "/okienko-console lock ") == NULL)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER, _(AGAIN), "%s",
		    _("the unit does not lock the console"));
	else if (machine_service_pid(m, UNIT) == 0)
		link_tell(w, HEALTH_UNKNOWN, TURN_NOBODY, "", "%s",
		    _("consoles are locked as soon as the kiosk runs"));
	else
		fine(w, _("no key leads to another console: the kiosk runs, "
		    "and locked them before it began"));
	free(text);
}

struct kernel_setting {
	const char	*path, *value;
	bool		 optional;
	const char	*fine, *wrong;	/* msgids */
};

static void
tell_kernel(struct chain_walk *w, const struct machine *m,
    const struct kernel_setting *k, size_t n)
{
	struct stat st;

	for (size_t i = 0; i < n; i++, k++) {
		/* A kernel that was built without it cannot do it either. */
		if (machine_says(m, k->path, k->value) ||
		    (k->optional && machine_stat(m, k->path, &st) == -1 &&
		    machine_stat(m, "/proc/sys", &st) == 0))
			fine(w, _(k->fine));
		else
			link_tell(w, HEALTH_WRONG, TURN_KEEPER,
			    _("Read the settings again: sysctl --system; one "
			    "that comes later in sysctl.d wins."), "%s (%s)",
			    _(k->wrong), k->path);
	}
}

int
link_kiosk_keys(struct chain_walk *w, struct err *err)
{
	static const struct kernel_setting keys[] = {
		{ "/proc/sys/kernel/sysrq", "0", true,
		    N_("the kernel takes no orders by key"),
		    N_("the kernel takes orders by key: Alt-SysRq") },
	};
	const struct machine m = machine_of(w);

	(void)err;
	tell_lock(w, &m);
	tell_kernel(w, &m, keys, sizeof keys / sizeof keys[0]);
	return 0;
}

int
link_kiosk_memory(struct chain_walk *w, struct err *err)
{
	static const struct kernel_setting dumps[] = {
		{ "/proc/sys/kernel/core_pattern", "|/bin/false", false,
		    N_("no memory of a process is kept when it dies"),
		    N_("memory of a process may be kept when it dies") },
		{ "/proc/sys/fs/suid_dumpable", "0", false,
		    N_("... nor of one that had more rights"),
		    N_("memory of one that had more rights may be kept") },
	};
	const struct machine m = machine_of(w);

	(void)err;
	tell_kernel(w, &m, dumps, sizeof dumps / sizeof dumps[0]);
	return 0;
}

/* --- cards --------------------------------------------------------------------- */

/* Installed is one thing; one that runs since before does not know of it. */
static void
tell_pcscd(struct chain_walk *w, const struct machine *m)
{
	int pid = machine_service_pid(m, PCSCD);
	char path[64], value[8], *status;

	if (!tell_installed(w, m, PCSCD ".d/okienko.conf"))
		return;
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	status = pid > 0 ? machine_text(m, path) : NULL;
	if (status == NULL)
		fine(w, _("the card service will be closed in when it starts"));
	else if (machine_value(status, "NoNewPrivs", value,
	    sizeof value) != NULL && value[0] == '1')
		fine(w, _("the card service is closed in"));
	else
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Start it again: systemctl daemon-reload, systemctl "
		    "restart pcscd.service."), "%s",
		    _("the card service runs since before it was to be closed "
		    "in"));
	free(status);
}

int
link_kiosk_cards(struct chain_walk *w, struct err *err)
{
	const struct machine m = machine_of(w);
	struct stat st;

	(void)err;
	tell_pcscd(w, &m);
	if (tell_installed(w, &m, SOCKET) &&
	    machine_stat(&m, "/run/okienko-card", &st) == -1)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Open it: systemctl enable --now okienko-card.socket."),
		    "%s", _("the card process cannot be reached: no "
		    "/run/okienko-card"));
	else if (machine_unit(&m, SOCKET, NULL, 0) != UNIT_ABSENT)
		fine(w, _("the card process is a service of its own"));
	if (machine_stat(&m, "/etc/polkit-1/rules.d/40-okienko.rules",
	    &st) == 0)
		fine(w, _("the kiosk may use cards (polkit)"));
	else
		link_tell(w, errno == EACCES ? HEALTH_UNKNOWN : HEALTH_WRONG,
		    TURN_KEEPER, errno == EACCES ?
		    _("Run this as root.") : _(AGAIN), "%s", errno == EACCES ?
		    _("the rule for polkit cannot be looked at") :
		    _("there is no rule for polkit: the kiosk may not use "
		    "cards where pcscd asks it"));
	return 0;
}

/* --- what is secret --------------------------------------------------------------- */

/* A unit starts without a profile that was not loaded, and says nothing of it. */
static void
tell_wall(struct chain_walk *w, const struct machine *m)
{
	static const char mine[] = "okienko-kiosk (enforce)";
	int pid = machine_service_pid(m, UNIT);
	char path[64], *under;

	snprintf(path, sizeof path, "/proc/%d/attr/current", pid);
	under = pid > 0 ? machine_text(m, path) : NULL;
	if (!machine_says(m, "/sys/module/apparmor/parameters/enabled", "Y"))
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Install apparmor, and start the machine anew."), "%s",
		    _("AppArmor is off: one wall less"));
	else if (under == NULL)
		fine(w, _("AppArmor is on"));
	else if (strncmp(under, mine, strlen(mine)) == 0)
		fine(w, _("AppArmor is around the desk"));
	else
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Load its profile with apparmor_parser -r, and start the "
		    "machine anew."), "%s",
		    _("AppArmor is on, but not around the desk: one wall "
		    "less"));
	free(under);
}

int
link_kiosk_secrets(struct chain_walk *w, struct err *err)
{
	const struct machine m = machine_of(w);
	struct stat st;

	(void)err;
	if (machine_stat(&m,
	    "/etc/credstore.encrypted/okienko-registry-key", &st) == 0)
		fine(w, _("the registry's key is sealed to this machine"));
	else if (errno == EACCES)
		link_tell(w, HEALTH_UNKNOWN, TURN_KEEPER,
		    _("Run this as root."), "%s",
		    _("where the registry's key is kept cannot be looked at"));
	else
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Seal one with systemd-creds; kiosk/README says how."),
		    "%s", _("the registry's key lies beside the registry: "
		    "whoever takes the disk has both"));
	tell_wall(w, &m);
	return 0;
}

/* --- SSH ---------------------------------------------------------------------------- */

#define SSHD		"/etc/ssh/sshd_config"
#define SNIPPET		"/etc/ssh/sshd_config.d/10-okienko.conf"

/* The first line that begins with the word, or NULL. */
static const char *
line_of(const char *text, const char *word)
{
	size_t n = strlen(word);

	while (text != NULL && strncasecmp(text + strspn(text, " \t"), word,
	    n) != 0)
		if ((text = strchr(text, '\n')) != NULL)
			text++;
	return text;
}

/* Whether the main file reads ours before anything else can decide. */
static bool
is_included(const char *text)
{
	const char *include = line_of(text, "Include");
	const char *match = line_of(text, "Match");
	char value[256];

	return include != NULL && (match == NULL || include < match) &&
	    machine_value(include, "Include", value, sizeof value) != NULL &&
	    strstr(value, "sshd_config.d/*.conf") != NULL;
}

/* A shell that reads files of the account's own runs them before the desk. */
static void
tell_shells(struct chain_walk *w, const struct machine *m, const char *group)
{
	struct machine_account a;
	char name[64];

	for (size_t i = 0; machine_member(m, group, i, name, sizeof name);
	    i++) {
		if (machine_account(m, name, &a) == -1 ||
		    strcmp(a.shell, "/bin/dash") == 0 ||
		    strcmp(a.shell, "/usr/bin/dash") == 0 ||
		    strcmp(a.shell, "/bin/sh") == 0)
			continue;
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Give it another: usermod -s /bin/dash."),
		    _("the login shell of %s is %s, which may run files of "
		    "that account before okienko"), name, a.shell);
	}
}

int
link_kiosk_ssh(struct chain_walk *w, struct err *err)
{
	const struct machine m = machine_of(w);
	char *text = machine_text(&m, SSHD), *ours, value[256];
	bool none = text == NULL && errno == ENOENT;

	(void)err;
	ours = machine_text(&m, SNIPPET);
	if (none)
		link_tell(w, HEALTH_NOT_NEEDED, TURN_NOBODY, "", "%s",
		    _("nobody comes here over SSH"));
	else if (ours == NULL ||
	    machine_value(ours, "ForceCommand", value, sizeof value) == NULL ||
	    machine_value(ours, "Match", value, sizeof value) == NULL)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER, _(AGAIN),
		    _("%s does not keep those who come over SSH to the desk"),
		    SNIPPET);
	else if (text == NULL || !is_included(text))
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Put it first there: Include /etc/ssh/sshd_config.d/*.conf"),
		    _("%s does not read %s, or not first"), SSHD, SNIPPET);
	else
		fine(w, _("whoever is in the group okienko-agents gets the desk "
		    "over SSH and nothing else"));
	tell_shells(w, &m, "okienko-agents");
	tell_shells(w, &m, "okienko-readers");
	free(text);
	free(ours);
	return 0;
}

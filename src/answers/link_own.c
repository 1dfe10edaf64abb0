/*
 * Links of what the desk itself stands on: the clock, its own folder, the
 * registry with its key.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/timex.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/chain_inside.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/paths.h"
#include "registry/registry.h"

/* --- clock --------------------------------------------------------------- */

/* Every verdict on a certificate is by this clock. */
int
link_clock(struct chain_walk *w, struct err *err)
{
	const char *mend = _("Set the clock: timedatectl set-ntp true.");
	struct timex tx = { .modes = 0 };
	struct stat st;
	char now[40];

	(void)err;
	clock_local(clock_now(), now, sizeof now);
	/* No clock can rightly be behind the making of the program it runs. */
	if (stat("/proc/self/exe", &st) == 0 && clock_now() < st.st_mtime)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER, mend,
		    _("%s is before this program was made"), now);
	else if (adjtimex(&tx) == -1)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "",
		    _("%s; whether that is right cannot be asked here"), now);
	else if (tx.status & STA_UNSYNC)
		link_tell(w, HEALTH_WARNING, TURN_KEEPER, mend,
		    _("%s; no time server keeps it right"), now);
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s; a time server keeps it right"), now);
	return 0;
}

/* --- the runtime folder -------------------------------------------------- */

int
link_runtime(struct chain_walk *w, struct err *err)
{
	const char *folder = paths_runtime();

	(void)err;
	if (folder == NULL)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Make room in /tmp, or set XDG_RUNTIME_DIR to a folder of your own."),
		    _("no folder for this session can be made: %s"),
		    strerrordesc_np(errno));
	else if (strncmp(folder, "/tmp/", 5) == 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("a folder under /tmp, as XDG_RUNTIME_DIR is not set"));
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s", folder);
	/* One made for the occasion is empty, and goes; another stays. */
	if (folder != NULL)
		(void)rmdir(folder);
	return 0;
}

/* --- the registry -------------------------------------------------------- */

/*
 * One account's own file and key are for it alone; those of several accounts
 * belong to a group, whose members may write, and others may not even look.
 */
static void
tell_mode(struct chain_walk *w, const char *path, bool key)
{
	const char *mend = _("Take the permissions of others away: chmod o= "
	    "FILE; on one account's machine chmod 600 FILE.");
	struct stat st;

	/* A key may also come from elsewhere: a credential of systemd. */
	if (stat(path, &st) == -1)
		return;
	if ((st.st_mode & 07) != 0)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER, mend, key ?
		    _("the key %s can be read by everybody (%03o)") :
		    _("%s can be read by everybody (%03o)"), path,
		    (unsigned)(st.st_mode & 0777));
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    (st.st_mode & 070) != 0 ?
		    _("%s is shared with the members of its group (%03o)") :
		    _("%s is this account's alone (%03o)"), path,
		    (unsigned)(st.st_mode & 0777));
}

static void
tell_rule(struct chain_walk *w)
{
	const struct conf *c = w->facts->conf;

	if (c->retention_days > 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    P_("certificates are forgotten "
		    "%ld day after their end", "certificates are forgotten "
		    "%ld days after their end", c->retention_days),
		    c->retention_days);
	else
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Set [registry] retention_days in okienko.conf."),
		    "%s", _("nothing is ever forgotten by itself"));
	if (!c->remember)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s",
		    _("cards are not remembered: turned off here"));
}

/* A number by threes, as long ones are read. */
static const char *
by_threes(int64_t n, char buf[static 32])
{
	char digits[24];
	size_t len, at = 0;

	snprintf(digits, sizeof digits, "%lld", (long long)n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[at++] = ' ';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

static void
tell_file(struct chain_walk *w, struct registry *reg)
{
	const char *path = registry_path(reg);
	struct registry_info info;
	struct err err = ERR_INIT;
	char certs[32], kb[32], *key;

	if (registry_info(reg, &info, &err) == -1) {
		link_tell_err(w, HEALTH_WRONG, &err);
		return;
	}
	link_tell(w, HEALTH_OK, TURN_NOBODY, "",
	    _("%s, version %d: %s certificates, %s KB"), path, info.version,
	    by_threes(info.certs, certs),
	    by_threes((info.bytes + 1023) / 1024, kb));
	tell_mode(w, path, false);
	key = mem_printf("%s.key", path);
	tell_mode(w, key, true);
	free(key);
}

/* A handle of its own, so that what keeps another from opening is told. */
int
link_registry(struct chain_walk *w, struct err *err)
{
	const struct conf *c = w->facts->conf;
	struct registry_options o = { .path = NULL };
	struct registry *reg = NULL;
	struct err why = ERR_INIT;

	(void)err;
	if (c == NULL)
		return 0;
	o.path = c->registry[0] != '\0' ? c->registry : NULL;
	o.point = c->point[0] != '\0' ? c->point : NULL;
	if (registry_open(&reg, REGISTRY_WRITE, &o, &why) == 0)
		tell_file(w, reg);
	else
		/* Before the first card there is none, and that is no fault. */
		link_tell_err(w, why.code == ERR_NO_REGISTRY ? HEALTH_OK :
		    HEALTH_WRONG, &why);
	registry_close(reg);
	tell_rule(w);
	return 0;
}

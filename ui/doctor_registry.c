/* The registry's own findings: the file, its key, who may use them, its rule. */
#include "config.h"

#include <sys/stat.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/doctor.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"

/*
 * One account's own file and key are for it alone; those of several accounts
 * belong to a group, whose members may write, and others may not even look.
 */
static void
tell_mode(struct doctor *d, const char *path, bool key)
{
	const char *mend = _("Take the permissions of others away: chmod o= "
	    "FILE; on one account's machine chmod 600 FILE.");
	struct stat st;

	/* A key may also come from elsewhere: a credential of systemd. */
	if (stat(path, &st) == -1)
		return;
	if ((st.st_mode & 07) != 0)
		doctor_tell(d, HEALTH_WRONG, mend, key ?
		    _("the key %s can be read by everybody (%03o)") :
		    _("%s can be read by everybody (%03o)"), path,
		    (unsigned)(st.st_mode & 0777));
	else
		doctor_tell(d, HEALTH_OK, "", (st.st_mode & 070) != 0 ?
		    _("%s is shared with the members of its group (%03o)") :
		    _("%s is this account's alone (%03o)"), path,
		    (unsigned)(st.st_mode & 0777));
}

static void
tell_rule(struct doctor *d)
{
	const struct conf *c = &doctor_cmd(d)->conf;

	if (c->retention_days > 0)
		doctor_tell(d, HEALTH_OK, "", P_("certificates are forgotten "
		    "%ld day after their end", "certificates are forgotten "
		    "%ld days after their end", c->retention_days),
		    c->retention_days);
	else
		doctor_tell(d, HEALTH_WARNING, _("Set [registry] "
		    "retention_days in okienko.conf."),
		    "%s", _("nothing is ever forgotten by itself"));
	if (!c->remember)
		doctor_tell(d, HEALTH_OK, "", "%s",
		    _("cards are not remembered: turned off here"));
}

static void
tell_file(struct doctor *d, struct registry *reg)
{
	const char *path = registry_path(reg);
	struct registry_info info;
	struct err err = ERR_INIT;
	char certs[32], kb[32], *key;

	if (registry_info(reg, &info, &err) == -1) {
		doctor_tell_err(d, HEALTH_WRONG, &err);
		return;
	}
	doctor_tell(d, HEALTH_OK, "",
	    _("%s, version %d: %s certificates, %s KB"), path, info.version,
	    recwords_count(info.certs, certs, sizeof certs),
	    recwords_count((info.bytes + 1023) / 1024, kb, sizeof kb));
	tell_mode(d, path, false);
	key = mem_printf("%s.key", path);
	tell_mode(d, key, true);
	free(key);
}

void
doctor_registry(struct doctor *d)
{
	struct registry *reg = NULL;
	struct err err = ERR_INIT;

	if (rec_open(doctor_cmd(d), REGISTRY_WRITE, &reg, &err) == 0)
		tell_file(d, reg);
	else
		/* Before the first card there is none, and that is no fault. */
		doctor_tell_err(d, err.code == ERR_NO_REGISTRY ? HEALTH_OK :
		    HEALTH_WRONG, &err);
	registry_close(reg);
	tell_rule(d);
}

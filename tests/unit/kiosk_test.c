/*
 * okienko doctor kiosk on a machine that is planted: whole it has nothing to say
 * against it; each thing that is taken away or changed is found, by its own link
 * and by no other.
 */
#include "config.h"

#include <sys/stat.h>

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "answers/chain.h"
#include "base/mem.h"
#include "tests/unit/answerrig.h"

#define LIB	"/usr/lib/systemd/system/"
#define ETC	"/etc/systemd/system/"
#define CGROUP	"/sys/fs/cgroup/system.slice/"
#define PRE	"[Service]\nExecStartPre=+/x/okienko-console lock /dev/tty1\n"

/* text NULL: a folder with this mode; "-> X": a link. */
struct plant {
	const char	*path, *text;
	unsigned	 mode;
};

static const struct plant whole[] = {
	{ LIB "okienko-kiosk.service", PRE, 0644 },
	{ LIB "okienko-card.socket", "[Socket]\n", 0644 },
	{ LIB "pcscd.service", "[Service]\n", 0644 },
	{ LIB "pcscd.service.d/okienko.conf", "[Service]\n", 0644 },
	{ LIB "getty@.service", "[Service]\n", 0644 },
	{ "/usr/lib/systemd/logind.conf.d/okienko.conf", "[Login]\n", 0644 },
	{ "/usr/lib/systemd/system.conf.d/okienko.conf", "[Manager]\n", 0644 },
	{ ETC "multi-user.target.wants/okienko-kiosk.service",
	    "-> /usr/lib/systemd/system/okienko-kiosk.service", 0 },
	{ ETC "autovt@.service", "-> /dev/null", 0 },
	{ ETC "console-getty.service", "-> /dev/null", 0 },
	{ ETC "ctrl-alt-del.target", "-> /dev/null", 0 },
	{ ETC "debug-shell.service", "-> /dev/null", 0 },
	{ ETC "getty@tty1.service", "-> /dev/null", 0 },
	{ ETC "getty@tty2.service", "-> /dev/null", 0 },
	{ ETC "getty@tty3.service", "-> /dev/null", 0 },
	{ ETC "getty@tty4.service", "-> /dev/null", 0 },
	{ ETC "getty@tty5.service", "-> /dev/null", 0 },
	{ ETC "getty@tty6.service", "-> /dev/null", 0 },
	{ ETC "serial-getty@.service", "-> /dev/null", 0 },
	{ CGROUP "okienko-kiosk.service/cgroup.procs", "700\n701\n", 0644 },
	{ CGROUP "pcscd.service/cgroup.procs", "650\n", 0644 },
	{ "/proc/650/status", "Name:\tpcscd\nNoNewPrivs:\t1\n", 0644 },
	{ "/proc/700/attr/current", "okienko-kiosk (enforce)\n", 0444 },
	{ "/proc/sys/kernel/sysrq", "0\n", 0644 },
	{ "/proc/sys/kernel/core_pattern", "|/bin/false\n", 0644 },
	{ "/proc/sys/fs/suid_dumpable", "0\n", 0644 },
	{ "/sys/module/apparmor/parameters/enabled", "Y\n", 0644 },
	{ "/run/okienko-card", "", 0660 },
	{ "/etc/polkit-1/rules.d/40-okienko.rules", "polkit\n", 0644 },
	{ "/etc/credstore.encrypted/okienko-registry-key", "sealed\n", 0600 },
	{ "/var/lib/okienko-kiosk", NULL, 0700 },
	{ "/var/lib/okienko", NULL, 02770 },
	{ "/etc/ssh/sshd_config", "# sshd\nInclude /etc/ssh/sshd_config.d/*.conf"
	    "\nX11Forwarding yes\n", 0644 },
	{ "/etc/ssh/sshd_config.d/10-okienko.conf", "Match Group okienko-agents"
	    "\n\tForceCommand /x/okienko-launch agent\n", 0644 },
	{ "/etc/group", "root:x:0:\nokienko-agents:x:905:first,second\n", 0644 },
};

/* The kiosk's account is whoever runs the test: the folder is his. */
#define PASSWD	"root:x:0:0::/:/bin/bash\n" \
	"okienko-kiosk:x:%u:900::/var/lib/okienko-kiosk:%s\n" \
	"okienko-card:x:901:901::/:/usr/sbin/nologin\n" \
	"first:x:1001:1001::/home/first:/bin/dash\n" \
	"second:x:1002:1002::/home/second:%s\n"

struct scene {
	struct answerrig rig;
	char	 root[64];
};

static void
plant(const struct scene *s, const struct plant *p)
{
	char *full = mem_printf("%s%s", s->root, p->path);
	FILE *f;

	for (char *at = full + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		(void)mkdir(full, 0755);
		*at = '/';
	}
	(void)unlink(full);
	if (p->text == NULL) {
		(void)mkdir(full, 0755);
		assert_int_equal(chmod(full, p->mode), 0);
	} else if (strncmp(p->text, "-> ", 3) == 0) {
		assert_int_equal(symlink(p->text + 3, full), 0);
	} else {
		assert_non_null(f = fopen(full, "w"));
		(void)fputs(p->text, f);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(chmod(full, p->mode), 0);
	}
	free(full);
}

static void
plant_accounts(const struct scene *s, const char *kiosk, const char *second)
{
	unsigned me = geteuid() != 0 ? (unsigned)geteuid() : 900;
	char *text = mem_printf(PASSWD, me, kiosk, second);

	plant(s, &(struct plant){ "/etc/passwd", text, 0644 });
	if (geteuid() == 0) {
		char *home = mem_printf("%s/var/lib/okienko-kiosk", s->root);

		assert_int_equal(chown(home, 900, 900), 0);
		free(home);
	}
	free(text);
}

static struct scene *
scene_new(void)
{
	struct scene *s = mem_alloc(sizeof *s);

	rig_up(&s->rig);
	snprintf(s->root, sizeof s->root, "/tmp/kiosk-test.XXXXXX");
	assert_non_null(mkdtemp(s->root));
	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
		plant(s, &whole[i]);
	plant_accounts(s, "/usr/sbin/nologin", "/bin/dash");
	return s;
}

static int
take_away(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void
scene_free(struct scene *s)
{
	(void)nftw(s->root, take_away, 8, FTW_DEPTH | FTW_PHYS);
	rig_down(&s->rig);
	free(s);
}

/* What is said; the clock is this machine's own and no matter here. */
static void
look(struct scene *s, struct chain_report *r)
{
	const struct gather_from from = { .conf = &s->rig.conf,
		.authorities = &s->rig.authorities };
	const struct chain_told told = { .root = s->root };
	struct gathered *g = gathered_new(&from, 0);
	struct err err = ERR_INIT;

	assert_int_equal(chain_run(CHAIN_KIOSK, g, &told, NULL, NULL, NULL, r,
	    &err), 0);
	gathered_free(g);
}

/* The first finding that is not good, or NULL. */
static const struct finding *
first_bad(const struct chain_report *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].health != HEALTH_OK &&
		    strcmp(r->v[i].link, "clock") != 0)
			return &r->v[i];
	return NULL;
}

static void
test_whole(void **state)
{
	struct scene *s = scene_new();
	struct chain_report r;

	(void)state;
	look(s, &r);
	if (first_bad(&r) != NULL)
		print_error("%s\n", first_bad(&r)->saw);
	assert_null(first_bad(&r));
	assert_true(r.n > 15);
	chain_report_clear(&r);
	scene_free(s);
}

static const struct breakage {
	struct plant	 plant;		/* text "": taken away */
	const char	*link;
	enum health	 health;
} breakages[] = {
	{ { LIB "okienko-kiosk.service", "", 0 }, "kiosk-unit", HEALTH_WRONG },
	{ { ETC "okienko-kiosk.service", "-> /dev/null", 0 }, "kiosk-unit",
	    HEALTH_WRONG },
	{ { ETC "okienko-kiosk.service", PRE, 0644 }, "kiosk-unit",
	    HEALTH_WARNING },
	{ { ETC "okienko-kiosk.service.d/mine.conf", "[Service]\n", 0644 },
	    "kiosk-unit", HEALTH_WARNING },
	{ { ETC "multi-user.target.wants/okienko-kiosk.service", "", 0 },
	    "kiosk-unit", HEALTH_WRONG },
	{ { CGROUP "okienko-kiosk.service/cgroup.procs", "", 0 }, "kiosk-unit",
	    HEALTH_WRONG },
	{ { LIB "okienko-kiosk.service", "[Service]\n# none\n", 0644 },
	    "kiosk-keys", HEALTH_WRONG },
	{ { LIB "okienko-kiosk.service", "[Service]\n"
	    "ExecStartPre=-+/x/okienko-console lock /dev/tty1\n", 0644 },
	    "kiosk-keys", HEALTH_WRONG },
	{ { "/proc/sys/kernel/sysrq", "1\n", 0644 }, "kiosk-keys",
	    HEALTH_WRONG },
	{ { "/proc/sys/kernel/sysrq", "01\n", 0644 }, "kiosk-keys",
	    HEALTH_WRONG },
	{ { "/var/lib/okienko-kiosk", NULL, 0755 }, "kiosk-folders",
	    HEALTH_WRONG },
	{ { "/var/lib/okienko", NULL, 02775 }, "kiosk-folders", HEALTH_WRONG },
	{ { ETC "getty@tty3.service", "", 0 }, "kiosk-consoles", HEALTH_WRONG },
	{ { ETC "serial-getty@.service", "", 0 }, "kiosk-consoles",
	    HEALTH_WRONG },
	{ { ETC "ctrl-alt-del.target", "-> reboot.target", 0 },
	    "kiosk-consoles", HEALTH_WRONG },
	{ { "/usr/lib/systemd/logind.conf.d/okienko.conf", "", 0 },
	    "kiosk-consoles", HEALTH_WRONG },
	{ { "/etc/systemd/system.conf.d/okienko.conf", "-> /dev/null", 0 },
	    "kiosk-consoles", HEALTH_WRONG },
	{ { "/proc/sys/kernel/core_pattern", "core\n", 0644 }, "kiosk-memory",
	    HEALTH_WRONG },
	{ { "/proc/sys/fs/suid_dumpable", "2\n", 0644 }, "kiosk-memory",
	    HEALTH_WRONG },
	{ { LIB "pcscd.service.d/okienko.conf", "", 0 }, "kiosk-cards",
	    HEALTH_WRONG },
	{ { "/proc/650/status", "NoNewPrivs:\t0\n", 0644 }, "kiosk-cards",
	    HEALTH_WRONG },
	{ { "/run/okienko-card", "", 0 }, "kiosk-cards", HEALTH_WRONG },
	{ { "/etc/polkit-1/rules.d/40-okienko.rules", "", 0 }, "kiosk-cards",
	    HEALTH_WRONG },
	{ { "/etc/credstore.encrypted/okienko-registry-key", "", 0 },
	    "kiosk-secrets", HEALTH_WARNING },
	{ { "/proc/700/attr/current", "unconfined\n", 0444 },
	    "kiosk-secrets", HEALTH_WARNING },
	{ { "/proc/700/attr/current", "okienko-kiosk (complain)\n", 0444 },
	    "kiosk-secrets", HEALTH_WARNING },
	{ { "/sys/module/apparmor/parameters/enabled", "N\n", 0644 },
	    "kiosk-secrets", HEALTH_WARNING },
	{ { "/etc/ssh/sshd_config", "", 0 }, "kiosk-ssh", HEALTH_NOT_NEEDED },
	{ { "/etc/ssh/sshd_config.d/10-okienko.conf", "", 0 }, "kiosk-ssh",
	    HEALTH_WRONG },
	{ { "/etc/ssh/sshd_config", "X11Forwarding no\n", 0644 }, "kiosk-ssh",
	    HEALTH_WRONG },
	{ { "/etc/ssh/sshd_config", "Match User x\n\tX11Forwarding no\n"
	    "Include /etc/ssh/sshd_config.d/*.conf\n", 0644 }, "kiosk-ssh",
	    HEALTH_WRONG },
	{ { "/etc/ssh/sshd_config.d/10-okienko.conf", "Match Group x\n"
	    "#ForceCommand /x\n", 0644 }, "kiosk-ssh", HEALTH_WRONG },
};

static void
test_each_breakage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof breakages / sizeof breakages[0]; i++) {
		const struct breakage *b = &breakages[i];
		struct scene *s = scene_new();
		const struct finding *bad;
		struct chain_report r;

		if (b->plant.text != NULL && b->plant.text[0] == '\0') {
			char *full = mem_printf("%s%s", s->root,
			    b->plant.path);

			assert_int_equal(unlink(full), 0);
			free(full);
		} else
			plant(s, &b->plant);
		assert_true(chain_kiosk_here(s->root));
		look(s, &r);
		bad = first_bad(&r);
		if (bad == NULL || strcmp(bad->link, b->link) != 0 ||
		    bad->health != b->health)
			fail_msg("%s (%zu): %s", b->plant.path, i,
			    bad != NULL ? bad->saw : "nothing is said");
		assert_true((bad->mend[0] != '\0') ==
		    (bad->health != HEALTH_NOT_NEEDED));
		chain_report_clear(&r);
		scene_free(s);
	}
}

static void
test_shells(void **state)
{
	static const struct { const char *kiosk, *second, *link; } cases[] = {
		{ "/bin/sh", "/bin/dash", "kiosk-accounts" },
		{ "/usr/sbin/nologin", "/bin/bash", "kiosk-ssh" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct scene *s = scene_new();
		struct chain_report r;

		plant_accounts(s, cases[i].kiosk, cases[i].second);
		look(s, &r);
		assert_non_null(first_bad(&r));
		assert_string_equal(first_bad(&r)->link, cases[i].link);
		chain_report_clear(&r);
		scene_free(s);
	}
}

/* Nothing of it is there: all is told, none of it ends the run. */
static void
test_nothing(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	struct chain_report r;

	(void)state;
	rig_up(&s->rig);
	snprintf(s->root, sizeof s->root, "/nonexistent");
	assert_false(chain_kiosk_here(s->root));
	look(s, &r);
	assert_true(r.n > 15);
	assert_string_equal(r.v[0].link, "kiosk-unit");
	assert_string_equal(r.v[r.n - 1].link, "clock");
	chain_report_clear(&r);
	rig_down(&s->rig);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_each_breakage),
		cmocka_unit_test(test_shells),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

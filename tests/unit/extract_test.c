/*
 * Scraps and the desk's door to documents: what counts as one certificate, what
 * is believed of a reader that misbehaves, which files are looked into.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "extract/client.h"
#include "extract/mime.h"
#include "extract/proto.h"
#include "extract/walk.h"
#include "tests/unit/certmake.h"

#define DEADLINE_MS	20000

/* --- scraps ---------------------------------------------------------------- */

static struct scrap *
scrap(const char *issuer, uint8_t serial, enum scrap_role role)
{
	struct scrap *s = mem_alloc(sizeof(*s));

	s->issuer = mem_strdup(issuer);
	s->serial[0] = serial;
	s->serial_len = 1;
	s->role = role;
	s->path = mem_strdup(scrap_role_id(role));
	s->time = CERT_NO_TIME;
	return s;
}

static void
test_one_issuer_has_many_spellings(void **state)
{
	static const char *const same[] = {
		"C=PL, O=Urząd\\, Testowy, CN=CA Próbne",
		"CN=CA Próbne,O=Urząd\\, Testowy,C=PL",
		"2.5.4.3=CA Próbne; O=\"Urząd, Testowy\"; C=PL",
		"cn=ca probne + c=pl, o=urzad testowy",
		"/C=PL/O=Urząd, Testowy/CN=CA Próbne",
	};
	static const char *const others[] = {
		"C=PL, O=Urząd\\, Testowy, CN=CA Próbne 2",
		"C=PL, O=Urząd, CN=CA Próbne",
		"",
	};
	struct scrap_list list = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		assert_int_equal(scrap_list_add(&list, scrap(same[i], 1,
		    SCRAP_CHAIN)), 0);
	assert_int_equal(list.n, 1);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		(void)scrap_list_add(&list, scrap(others[i], 1, SCRAP_CHAIN));
	(void)scrap_list_add(&list, scrap(same[0], 2, SCRAP_CHAIN));
	assert_int_equal(list.n, 5);
	scrap_list_clear(&list);
}

static void
test_best_role_stays(void **state)
{
	struct scrap_list list = { .n = 0 };
	struct scrap *stamped = scrap("CN=a", 1, SCRAP_SIGNER);

	(void)state;
	stamped->when = SCRAP_STAMPED;
	stamped->time = 1;
	(void)scrap_list_add(&list, scrap("CN=a", 1, SCRAP_CHAIN));
	(void)scrap_list_add(&list, scrap("CN=a", 1, SCRAP_SIGNER));
	(void)scrap_list_add(&list, scrap("CN=a", 1, SCRAP_RECIPIENT));
	assert_int_equal(list.n, 1);
	assert_int_equal(list.scraps[0]->role, SCRAP_SIGNER);
	assert_string_equal(list.scraps[0]->path, "signer");
	(void)scrap_list_add(&list, stamped);
	assert_int_equal(list.scraps[0]->when, SCRAP_STAMPED);
	scrap_list_clear(&list);
}

static void
test_list_is_bounded(void **state)
{
	struct scrap_list list = { .n = 0 };
	char name[32];

	(void)state;
	for (int i = 0; i < SCRAP_LIST_MAX; i++) {
		(void)snprintf(name, sizeof(name), "CN=%d", i);
		assert_int_equal(scrap_list_add(&list, scrap(name, 1,
		    SCRAP_CHAIN)), 0);
	}
	assert_int_equal(scrap_list_add(&list, scrap("CN=x", 1, SCRAP_CHAIN)),
	    -1);
	scrap_list_clear(&list);
}

/* --- the wire -------------------------------------------------------------- */

static struct cert *
made_cert(void)
{
	size_t len;
	uint8_t *der = make_cert(make_profile("email"), &len);
	struct err err = ERR_INIT;
	struct cert *c;

	assert_int_equal(cert_parse(der, len, &c, &err), 0);
	free(der);
	return c;
}

static void
test_scrap_goes_through_json(void **state)
{
	struct scrap *s = scrap("", 0, SCRAP_HOLDER), *again;
	struct err err = ERR_INIT;
	json_t *obj;

	(void)state;
	free(s->issuer);
	s->cert = made_cert();
	s->issuer = mem_strdup(s->cert->issuer.line);
	memcpy(s->serial, s->cert->serial, s->cert->serial_len);
	s->serial_len = s->cert->serial_len;
	obj = scrap_to_json(s);
	assert_int_equal(scrap_from_json(obj, &again, &err), 0);
	assert_string_equal(again->cert->serial_hex, s->cert->serial_hex);
	scrap_free(again);
	/* A number beside the certificate that is not the certificate's. */
	json_object_set_new(obj, "serial", json_string("0102"));
	assert_int_equal(scrap_from_json(obj, &again, &err), -1);
	assert_int_equal(err.code, ERR_EXTRACT_TALK);
	assert_null(again);
	json_decref(obj);
	scrap_free(s);
}

static void
test_each_member_is_needed(void **state)
{
	struct scrap *s = scrap("CN=a", 1, SCRAP_SIGNER), *again;
	json_t *whole = scrap_to_json(s);
	const char *key;
	json_t *value;

	(void)state;
	json_object_foreach(whole, key, value) {
		json_t *part = json_copy(whole);
		struct err err = ERR_INIT;

		if (strcmp(key, "cert") != 0) {
			json_object_del(part, key);
			assert_int_equal(scrap_from_json(part, &again, &err),
			    -1);
			assert_int_equal(err.code, ERR_EXTRACT_TALK);
		}
		json_object_set_new(part, key, json_real(0.5));
		assert_int_equal(scrap_from_json(part, &again, &err), -1);
		json_decref(part);
	}
	json_decref(whole);
	scrap_free(s);
}

/* --- the door -------------------------------------------------------------- */

struct desk {
	struct loop	*loop;
	struct extract	*job;
	int		 found, problems, done;
	bool		 cancel;	/* at the first question */
	enum err_code	 end;
};

static void
on_found(const struct scrap *s, void *arg)
{
	struct desk *d = arg;

	assert_non_null(s->issuer);
	d->found++;
}

static void
on_problem(const struct err *err, void *arg)
{
	struct desk *d = arg;

	assert_int_not_equal(err->code, ERR_NONE);
	d->problems++;
}

static void
on_password(const char *name, bool again, void *arg)
{
	struct desk *d = arg;

	(void)name;
	(void)again;
	if (d->cancel) {
		extract_cancel(d->job);
		loop_stop(d->loop);
		d->done++;
	}
}

static void
on_done(const struct err *err, void *arg)
{
	struct desk *d = arg;

	d->end = err->code;
	d->done++;
}

static const struct extract_calls calls = { .found = on_found,
	.problem = on_problem, .password = on_password, .done = on_done };

static void
desk_start(struct desk *d, const char *helper, const char *way, int hurry)
{
	const char *dir = getenv("abs_top_builddir");
	char *path = mem_printf("%s/tests/bin/%s", dir != NULL ? dir : ".",
	    helper);

	d->loop = loop_new();
	d->job = extract_start(d->loop, &(struct extract_options){
	    .helper = path, .hurry = hurry }, open("/dev/null", O_RDONLY), way,
	    &calls, d);
	free(path);
}

static void
desk_run(struct desk *d)
{
	int64_t until = clock_mono_ms() + DEADLINE_MS;

	while (d->done == 0 && clock_mono_ms() < until)
		loop_once(d->loop, 100);
	assert_int_equal(d->done, 1);
	loop_free(d->loop);
	/* None is left, not even as a zombie. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
test_each_breach_has_its_sentence(void **state)
{
	static const struct {
		const char *way;
		enum err_code code;
		int found, hurry;
	} cases[] = {
		{ "good", ERR_NONE, 1, 1 },
		{ "early", ERR_EXTRACT_START, 0, 1 },
		{ "silent", ERR_EXTRACT_HUNG, 0, 100 },
		{ "stranger", ERR_EXTRACT_TALK, 0, 1 },
		{ "garbage", ERR_EXTRACT_TALK, 0, 1 },
		{ "rude", ERR_EXTRACT_TALK, 0, 1 },
		{ "half", ERR_EXTRACT_CRASHED, 0, 1 },
		{ "damaged", ERR_EXTRACT_TALK, 0, 1 },
		{ "liar", ERR_EXTRACT_TALK, 0, 1 },
		{ "secret", ERR_EXTRACT_TALK, 0, 1 },
		{ "impatient", ERR_EXTRACT_TALK, 0, 1 },
		{ "dies", ERR_EXTRACT_CRASHED, 1, 1 },
		{ "crashes", ERR_EXTRACT_CRASHED, 1, 1 },
		{ "stops", ERR_EXTRACT_HUNG, 0, 100 },
		{ "floods", ERR_EXTRACT_HUNG, 0, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct desk d = { .found = 0 };

		desk_start(&d, "badreader", cases[i].way, cases[i].hurry);
		desk_run(&d);
		if (d.end != cases[i].code)
			print_error("%s: %s\n", cases[i].way, err_id(d.end));
		assert_int_equal(d.end, cases[i].code);
		assert_int_equal(d.found, cases[i].found);
		assert_true(d.problems <= EXTRACT_PROBLEMS_MAX);
	}
}

static void
test_no_helper(void **state)
{
	struct desk d = { .found = 0 };

	(void)state;
	desk_start(&d, "nosuchreader", "x", 1);
	desk_run(&d);
	assert_int_equal(d.end, ERR_EXTRACT_START);
}

static void
test_cancel(void **state)
{
	struct desk d = { .cancel = true };

	(void)state;
	desk_start(&d, "badreader", "impatient", 1);
	desk_run(&d);
	/* Before it has begun, and while it runs. */
	desk_start(&d, "badreader", "silent", 1);
	extract_cancel(d.job);
	loop_free(d.loop);
	desk_start(&d, "badreader", "silent", 1);
	while (extract_pid(d.job) == -1)
		loop_once(d.loop, 100);
	extract_cancel(d.job);
	d.done = 1;
	desk_run(&d);
	extract_cancel(NULL);
}

/* --- files ------------------------------------------------------------------ */

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
enter_folder(char *dir)
{
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
}

static void
leave_folder(const char *dir)
{
	char *const argv[] = { (char *)"rm", (char *)"-rf", (char *)dir, NULL };
	pid_t pid = fork();

	if (pid == 0) {
		(void)execv("/bin/rm", argv);
		_exit(1);
	}
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
test_walk(void **state)
{
	char dir[] = "/tmp/extract_test.XXXXXX", *path;
	struct err err = ERR_INIT;
	struct walk_list list;
	int fd;

	(void)state;
	enter_folder(dir);
	put("b.pdf", "");
	put("a.xml", "");
	put(".hidden", "");
	assert_int_equal(mkdir("c", 0700), 0);
	put("c/d.p7s", "");
	assert_int_equal(symlink("/etc", "link"), 0);
	assert_int_equal(symlink("/etc/passwd", "linked.pdf"), 0);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(walk_files(dir, NULL, &list, &err), 0);
	assert_int_equal(list.n, 3);
	assert_false(list.cut);
	path = mem_printf("%s/c/d.p7s", dir);
	assert_string_equal(list.paths[2], path);
	walk_clear(&list);
	assert_int_equal(walk_open(path, &fd, &err), 0);
	(void)close(fd);
	free(path);
	assert_int_equal(walk_open("pipe", &fd, &err), -1);
	assert_int_equal(err.code, ERR_BAD_DATA);
	err_clear(&err);
	assert_int_equal(walk_files("nosuch", NULL, &list, &err), -1);
	assert_int_equal(err.code, ERR_NO_FILE);
	leave_folder(dir);
}

static void
test_walk_is_bounded(void **state)
{
	char dir[] = "/tmp/extract_test.XXXXXX";
	struct err err = ERR_INIT;
	struct walk_list list;

	(void)state;
	enter_folder(dir);
	for (int i = 0; i < WALK_DEPTH_MAX + 2; i++) {
		put("x", "");
		assert_int_equal(mkdir("d", 0700), 0);
		assert_int_equal(chdir("d"), 0);
	}
	assert_int_equal(walk_files(dir, NULL, &list, &err), 0);
	assert_true(list.cut);
	assert_int_equal(list.n, WALK_DEPTH_MAX);
	walk_clear(&list);
	leave_folder(dir);
}

/* None of them has a file that would count. */
static void
test_empty_folders_are_bounded(void **state)
{
	char dir[] = "/tmp/extract_test.XXXXXX", name[16];
	struct err err = ERR_INIT;
	struct walk_list list;
	atomic_bool cancel = true;

	(void)state;
	enter_folder(dir);
	for (int i = 0; i < WALK_FOLDERS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		assert_int_equal(mkdir(name, 0700), 0);
	}
	put("a.pem", "");
	assert_int_equal(walk_files(dir, NULL, &list, &err), 0);
	assert_false(list.cut);
	assert_int_equal(list.folders, WALK_FOLDERS_MAX);
	walk_clear(&list);
	assert_int_equal(mkdir("b", 0700), 0);
	assert_int_equal(walk_files(dir, NULL, &list, &err), 0);
	assert_true(list.cut);
	assert_int_equal(list.folders, WALK_FOLDERS_MAX);
	assert_int_equal(list.n, 1);
	walk_clear(&list);
	assert_int_equal(walk_files(dir, &cancel, &list, &err), 0);
	assert_int_equal(list.folders, 0);
	assert_int_equal(list.n, 0);
	walk_clear(&list);
	leave_folder(dir);
}

/* Below it, its links followed, and not what is merely called alike. */
static void
stick_holds(void)
{
	char *here = realpath(".", NULL), *folder = mem_printf("%s/pen", here);
	struct usb stick = { .folder = folder };
	const struct usb_list list = { &stick, 1 };

	assert_int_equal(mkdir("pen", 0700), 0);
	assert_int_equal(mkdir("pencil", 0700), 0);
	put("pen/a.pem", "");
	put("pencil/a.pem", "");
	assert_int_equal(symlink("../pencil/a.pem", "pen/b.pem"), 0);
	assert_int_equal(symlink("pen", "way"), 0);
	assert_true(usb_holds(&list, "pen"));
	assert_true(usb_holds(&list, "pen/a.pem"));
	assert_true(usb_holds(&list, "way/a.pem"));
	assert_false(usb_holds(&list, "pen/b.pem"));
	assert_false(usb_holds(&list, "pencil/a.pem"));
	assert_false(usb_holds(&list, "pen/../pencil/a.pem"));
	assert_false(usb_holds(&list, "pen/nosuch"));
	assert_false(usb_holds(&list, "/"));
	free(folder);
	free(here);
}

static void
test_usb(void **state)
{
	char dir[] = "/tmp/extract_test.XXXXXX";
	struct err err = ERR_INIT;
	struct usb_list list;

	(void)state;
	enter_folder(dir);
	assert_int_equal(mkdir("sys", 0700), 0);
	assert_int_equal(mkdir("sys/sda", 0700), 0);
	assert_int_equal(mkdir("sys/sdb", 0700), 0);
	assert_int_equal(mkdir("sys/sdb/sdb1", 0700), 0);
	put("sys/sda/removable", "0\n");
	put("sys/sda/dev", "8:0\n");
	put("sys/sdb/removable", "1\n");
	put("sys/sdb/dev", "8:16\n");
	put("sys/sdb/sdb1/dev", "8:17\n");
	put("mounts", "22 1 8:0 / / rw - ext4 /dev/sda rw\n"
	    "23 22 8:17 / /media/ewa/PEN\\040DRIVE rw - vfat /dev/sdb1 rw\n"
	    "24 22 8:17\n"
	    "25 22 0:5 / /proc rw - proc proc rw\n");
	assert_int_equal(extract_usb_list("mounts", "sys", &list, &err), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.v[0].device, "sdb1");
	assert_string_equal(list.v[0].folder, "/media/ewa/PEN DRIVE");
	assert_string_equal(list.v[0].label, "PEN DRIVE");
	usb_list_clear(&list);
	stick_holds();
	assert_int_equal(extract_usb_list("nosuch", "sys", &list, &err), -1);
	leave_folder(dir);
}

/*
 * A header that ends with its parameter's name: what an earlier one left behind
 * it is not its value, nor is what lies behind all that a header may have.
 */
static void
test_header_ends_early(void **state)
{
	char mail[4096];
	struct mime m;
	int n;

	(void)state;
	n = snprintf(mail, sizeof mail, "X-Before: %040d; boundary=%030d\r\n"
	    "Content-Type: multipart/mixed; boundary\r\n\r\nbody\r\n", 0, 1);
	mime_parse(span_of(mail, (size_t)n), &m);
	assert_true(m.multipart);
	assert_string_equal(m.boundary, "");
	n = snprintf(mail, sizeof mail, "Content-Type: multipart/mixed;%02007d;"
	    " boundary=x\r\n\r\nbody\r\n", 0);
	mime_parse(span_of(mail, (size_t)n), &m);
	assert_true(m.multipart);
	assert_string_equal(m.boundary, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_issuer_has_many_spellings),
		cmocka_unit_test(test_best_role_stays),
		cmocka_unit_test(test_list_is_bounded),
		cmocka_unit_test(test_scrap_goes_through_json),
		cmocka_unit_test(test_each_member_is_needed),
		cmocka_unit_test(test_each_breach_has_its_sentence),
		cmocka_unit_test(test_no_helper),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_walk_is_bounded),
		cmocka_unit_test(test_empty_folders_are_bounded),
		cmocka_unit_test(test_usb),
		cmocka_unit_test(test_header_ends_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

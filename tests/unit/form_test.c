/* Requests and receipts as text: what must stand there, and hostile texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "revocation/channel.h"
#include "revocation/fontfile.h"
#include "revocation/paper.h"
#include "revocation/squares.h"
#include "revocation/wording.h"
#include "tests/revocation/madecase.h"

#define WARSAW	"CET-1CEST,M3.5.0,M10.5.0/3"
#define POINT	"Łódź 2"

typedef char	*text_fn(const struct case_row *, const struct case_view *,
    const struct authority *, const char *point);

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void
lacks(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static char *
text_of(text_fn *make, const struct made *m, const char *language)
{
	i18n_set(language);
	return make(&m->row, &m->view, &m->authority, POINT);
}

/* Printable, and no line is longer than a page is wide. */
static void
fits(const char *text)
{
	char *copy = mem_strdup(text), *rest = copy, *line;
	struct safe_text t;

	while ((line = strsep(&rest, "\n")) != NULL) {
		text_safe_str(&t, line, 0);
		if ((t.flags & (TEXT_HIDDEN | TEXT_INVALID)) != 0 ||
		    t.width > PAPER_COLUMNS)
			fail_msg("%d columns: %s", t.width, t.s);
	}
	free(copy);
}

static const struct {
	const char	*language;
	const char	*title[CASE_ACTIONS];
	const char	*receipt[CASE_ACTIONS];
	const char	*sign, *doubt;
} words[] = {
	{ "pl",
	    { "Wniosek o unieważnienie certyfikatu\n",
	      "Wniosek o zawieszenie certyfikatu\n",
	      "Wniosek o uchylenie zawieszenia certyfikatu\n" },
	    { "Pokwitowanie: unieważnienie certyfikatu\n",
	      "Pokwitowanie: zawieszenie certyfikatu\n",
	      "Pokwitowanie: uchylenie zawieszenia\n" },
	    "data i podpis wnioskodawcy", "! Jeszcze niepotwierdzone" },
	{ "en",
	    { "Request to revoke a certificate\n",
	      "Request to suspend a certificate\n",
	      "Request to lift the suspension of a certificate\n" },
	    { "Receipt: revocation of a certificate\n",
	      "Receipt: suspension of a certificate\n",
	      "Receipt: lifting of a suspension\n" },
	    "date and signature of the applicant", "! Not proved yet" },
};

#define NWORDS	(sizeof words / sizeof *words)

static void
test_form(void **state)
{
	static const char *const codes[CASE_ACTIONS] = { "keyCompromise (1)",
	    "certificateHold (6)", "removeFromCRL (8)" };

	(void)state;
	for (size_t i = 0; i < NWORDS; i++)
		for (int action = 0; action < CASE_ACTIONS; action++) {
			struct made m;
			char *text;

			made_case(&m, "sent", (enum case_action)action);
			text = text_of(form_text, &m, words[i].language);
			fits(text);
			has(text, words[i].title[action]);
			has(text, words[i].sign);
			has(text, codes[action]);
			has(text, MADE_HOLDER);
			has(text, "2129 AFF2 4BF8 E36A");
			has(text, MADE_DECIMAL);
			has(text, "PESEL 440*****359");
			has(text, "|_|_|_|_|_|_|_|_|_|_|_|");
			has(text, "C=PL, O=Urząd Przykładowy, CN=Urząd 1");
			has(text, "2026-11-22 10:14:02 CET (09:14:02 UTC)");
			has(text, "2026-11-22 01:14:02");
			has(text, "ul. Źdźbła 1, 00-000 Warszawa");
			has(text, "uniewaznienia@przyklad.pl");
			has(text, "[ ] kopia pełnomocnictwa");
			has(text, "2026/0147");
			has(text, m.row.uid);
			has(text, POINT);
			free(text);
			made_clear(&m);
		}
}

static void
test_receipt(void **state)
{
	(void)state;
	for (size_t i = 0; i < NWORDS; i++)
		for (int action = 0; action < CASE_ACTIONS; action++) {
			struct made m;
			char *text;

			made_case(&m, "proved", (enum case_action)action);
			text = text_of(receipt_text, &m, words[i].language);
			fits(text);
			has(text, words[i].receipt[action]);
			has(text, "OCSP");
			has(text, "2026-11-22 10:45:22 CET (09:45:22 UTC)");
			has(text, "11:14:02");	/* good_until */
			has(text, "http://ocsp.przyklad.pl/");
			has(text, "00112233445566778899aabb");
			lacks(text, words[i].doubt);
			free(text);
			made_clear(&m);
			made_case(&m, "sent", (enum case_action)action);
			text = text_of(receipt_text, &m, words[i].language);
			has(text, words[i].doubt);
			lacks(text, "OCSP");
			free(text);
			made_clear(&m);
		}
}

/* A receipt says "proved" in the two states in which it is, and in no other. */
static void
test_standing(void **state)
{
	struct made m;

	(void)state;
	made_case(&m, "proved", CASE_REVOKE);
	for (int s = 0; s < CASE_STATES; s++) {
		char *text;

		m.view.state = (enum case_state)s;
		text = text_of(receipt_text, &m, "en");
		if (s == CASE_PUBLISHED || s == CASE_CLOSED) {
			has(text, "! Proved");
			has(text, "SHA-256");
		} else {
			lacks(text, "! Proved");
			lacks(text, "SHA-256");
		}
		free(text);
	}
	made_clear(&m);
}

/* What was sent and then given up may still happen. */
static void
test_withdrawn(void **state)
{
	struct case_event event = { .point = POINT, .account = "anna" };
	struct made m;
	char *text;

	(void)state;
	made_case(&m, "sent", CASE_REVOKE);
	m.row.events = &event;
	m.row.nevents = 1;
	m.view.state = CASE_WITHDRAWN;
	m.view.already = true;
	text = text_of(receipt_text, &m, "en");
	has(text, "may still act on it");
	has(text, "done before it was asked");
	has(text, "anna");
	free(text);
	m.view.sent = 0;
	text = text_of(receipt_text, &m, "en");
	has(text, "! Withdrawn: nothing was sent");
	free(text);
	made_clear(&m);
}

/* Whose "no" or "yes" the time is, whatever became of the case afterwards. */
static void
test_refused(void **state)
{
	static const struct {
		enum case_state	 state;
		bool		 refused, told;
		const char	*has, *stands;
	} all[] = {
		{ CASE_REFUSED, true, false, "Refused by",
		    "! Not done: the authority refused" },
		{ CASE_WITHDRAWN, true, false, "Refused by",
		    "! Withdrawn: the authority had refused" },
		{ CASE_WITHDRAWN, true, true, "Refused by",
		    "may still act on it" },
		{ CASE_QUEUED, true, false, "Refused by", "! Not proved" },
		{ CASE_REFUSED, false, false, "Accepted by",
		    "revoked already" },
		{ CASE_ACCEPTED, false, false, "Accepted by", "! Not proved" },
	};
	struct made m;

	(void)state;
	made_case(&m, "sent", CASE_SUSPEND);
	m.view.answered = m.view.sent + 5;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char *text;

		m.view.state = all[i].state;
		m.view.refused = all[i].refused;
		m.view.told = all[i].told;
		text = text_of(receipt_text, &m, "en");
		has(text, all[i].has);
		has(text, all[i].stands);
		lacks(text, all[i].refused ? "Accepted by" : "Refused by");
		free(text);
	}
	made_clear(&m);
}

static void
test_consequences(void **state)
{
	struct made m;
	char *text;

	(void)state;
	made_case(&m, "proved", CASE_SUSPEND);
	m.view.hold_ends = MADE_RECEIVED + 7 * 86400;
	text = text_of(receipt_text, &m, "en");
	has(text, "Its last day is 2026-11-29");
	free(text);
	text = text_of(form_text, &m, "pl");
	has(text, "w ciągu 7 dni");
	free(text);
	m.authority.suspension_days = 0;
	text = text_of(form_text, &m, "en");
	lacks(text, "becomes a revocation");
	free(text);
	m.view.who = WHO_ENTITY;
	m.view.typed = true;
	text = text_of(form_text, &m, "en");
	has(text, "[ ] proof that the applicant may act");
	has(text, "typed in by hand");
	free(text);
	made_clear(&m);
}

/* Nobody knows the authority or the holder: there is a form all the same. */
static void
test_little(void **state)
{
	struct made m;
	char *text;

	(void)state;
	made_case(&m, "sent", CASE_REVOKE);
	record_clear(&m.row.cert);
	m.row.cert.serial[0] = 0x0a;
	m.row.cert.serial_len = 1;
	m.row.cert.issuer.shown = mem_strdup("Urząd 1");
	m.view.who = m.view.proof = m.view.reason = -1;
	i18n_set("en");
	text = form_text(&m.row, &m.view, NULL, NULL);
	fits(text);
	has(text, "ask the authority");
	has(text, " 0A\n");
	has(text, " 10\n");
	has(text, "unspecified (0)");
	lacks(text, "(null)");
	free(text);
	text = receipt_text(&m.row, &m.view, NULL, NULL);
	fits(text);
	has(text, "not known");
	lacks(text, "(null)");
	free(text);
	made_clear(&m);
}

static void
test_hostile(void **state)
{
	struct made m;
	char *text;

	(void)state;
	made_case(&m, "long", CASE_REVOKE);
	for (size_t i = 0; i < NWORDS; i++) {
		text = text_of(form_text, &m, words[i].language);
		fits(text);
		has(text, "…");
		assert_true(strlen(text) < 20000);
		free(text);
		text = text_of(receipt_text, &m, words[i].language);
		fits(text);
		free(text);
	}
	made_clear(&m);
}

/* Columns are letters here. */
static double
one(uint32_t cp, void *arg)
{
	(void)cp;
	(void)arg;
	return 1;
}

static void
test_lines(void **state)
{
	static const struct {
		const char	*text;
		int		 room;
		size_t		 len, next;
	} t[] = {
		{ "", 5, 0, 0 },
		{ "abcde", 5, 5, 5 },
		{ "abc de", 5, 3, 4 },
		{ "abcde fg", 5, 5, 6 },
		{ "abcde   fg", 5, 5, 8 },
		{ "abcdefg", 5, 5, 5 },
		{ "ab cdefghij", 5, 2, 3 },
		{ "żółćę", 3, 6, 6 },
		{ "żół ćę", 4, 6, 7 },
		{ "abc", 0, 1, 1 },
	};
	size_t next;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(paper_line(t[i].text, t[i].room, one, NULL,
		    &next), t[i].len);
		assert_int_equal(next, t[i].next);
	}
}

static void
test_decimal(void **state)
{
	struct record r;
	char *s;

	(void)state;
	record_init(&r);
	r.serial_len = 1;
	s = wording_decimal(&r);
	assert_string_equal(s, "0");
	free(s);
	/* 2^512 - 1 */
	r.serial_len = CERT_SERIAL_MAX;
	memset(r.serial, 0xff, sizeof r.serial);
	s = wording_decimal(&r);
	assert_string_equal(s, "1340780792994259709957402499820584612747936582"
	    "05923933777235614437217640300735469768018742981669034276900318581"
	    "86486050853753882811946569946433649006084095");
	free(s);
}

static void
test_qr(void **state)
{
	struct squares q;
	struct made m;
	char *text;

	(void)state;
	made_case(&m, "proved", CASE_REVOKE);
	text = receipt_qr(&m.row, &m.view);
	has(text, "okienko 2026/0147 ");
	has(text, "\nrevoke " MADE_SERIAL "\n");
	has(text, "\nocsp 2026-11-22T09:45:22Z\nsha256 " MADE_HASH);
	assert_true(squares_make(&q, SQUARES_PAPER, "", text));
	/* A finder's corner is dark, its ring light, its middle dark. */
	assert_true(squares_dark(&q, 0, 0) && squares_dark(&q, 3, 3));
	assert_false(squares_dark(&q, 1, 1));
	assert_false(squares_dark(&q, -1, 0) || squares_dark(&q, 0, q.side));
	squares_clear(&q);
	free(text);
	made_clear(&m);

	made_case(&m, "sent", CASE_REVOKE);
	text = receipt_qr(&m.row, &m.view);
	has(text, "\nnot proved");
	lacks(text, "sha256");
	free(text);
	made_clear(&m);

	made_case(&m, "long", CASE_REVOKE);
	text = receipt_qr(&m.row, &m.view);
	assert_true(squares_make(&q, SQUARES_PAPER, "", text));
	squares_clear(&q);
	free(text);
	made_clear(&m);

	text = mem_alloc(5000);
	memset(text, 'a', 4999);
	assert_false(squares_make(&q, SQUARES_PAPER, "", text));
	free(text);
}

/* Letters that a font has and lacks, and files that are none. */
static void
test_letters(void **state)
{
	static const char font[] =
	    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

	(void)state;
	assert_false(fontfile_has("/nonexistent", "a"));
	assert_false(fontfile_has("/proc/self/exe", "a"));
	assert_false(fontfile_has("/dev/null", "a"));
	assert_false(fontfile_has("/etc", "a"));
	if (access(font, R_OK) == -1)
		skip();
	assert_true(fontfile_has(font, "AZaz09ąćęłńóśźżĄĆĘŁŃÓŚŹŻ…"));
	assert_false(fontfile_has(font, "aą漢"));
	assert_false(fontfile_has(font, "😀"));
}

static void
test_no_font(void **state)
{
	struct err err = ERR_INIT;
	struct made m;
	struct buf buf;

	(void)state;
	made_case(&m, "proved", CASE_REVOKE);
	buf_init(&buf, PAPER_PDF_MAX);
	assert_int_equal(form_pdf(&m.row, &m.view, &m.authority, POINT,
	    "/nonexistent.ttf", &buf, &err), -1);
	assert_int_equal(err.code, ERR_FONT);
	assert_string_equal(err.what, "/nonexistent.ttf");
	err_clear(&err);
	assert_int_equal(receipt_pdf(&m.row, &m.view, &m.authority, POINT,
	    "/proc/self/exe", &buf, &err), -1);
	assert_int_equal(err.code, ERR_FONT);
	assert_int_equal(buf.len, 0);
	buf_clear(&buf);
	made_clear(&m);
}

static void
test_no_room(void **state)
{
	struct err err = ERR_INIT;
	struct paper p;
	struct buf buf;

	(void)state;
	paper_init(&p, "too much", "1");
	for (int i = 0; i < 200; i++)
		paper_say(&p, "one of many lines");
	buf_init(&buf, PAPER_PDF_MAX);
	assert_int_equal(paper_pdf(&p, NULL, &buf, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	buf_clear(&buf);
	paper_clear(&p);

	err_clear(&err);
	paper_init(&p, "too small a buffer", "1");
	buf_init(&buf, 1000);
	assert_int_equal(paper_pdf(&p, NULL, &buf, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	buf_clear(&buf);
	paper_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_receipt),
		cmocka_unit_test(test_standing),
		cmocka_unit_test(test_withdrawn),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_consequences),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_decimal),
		cmocka_unit_test(test_qr),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_no_font),
		cmocka_unit_test(test_no_room),
	};

	setenv("TZ", WARSAW, 1);
	tzset();
	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

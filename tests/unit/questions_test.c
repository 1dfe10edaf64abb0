/*
 * The list of questions: our own is whole, what is laid over it counts key by
 * key, mistakes are told with their line, and three words find each of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "answers/placing.h"
#include "answers/questions.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define COUNTER	"/nonexistent/okienko.conf"	/* has no answers.conf */

static char	 folder[] = "/tmp/okienko-questions-XXXXXX";
static char	 conf[64], own[64], theirs[64];

static void
put(const char *path, const char *text)
{
	FILE	*f;

	assert_non_null(f = fopen(path, "w"));
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static struct questions
load(const char *at, const struct authorities *all,
    struct conf_problems *problems)
{
	struct questions	 list;
	struct err		 err = ERR_INIT;
	int			 rc;

	memset(problems, 0, sizeof(*problems));
	rc = questions_load(&list, at, all, problems, &err);
	assert_int_equal(rc, problems->n > 0 ? -1 : 0);
	assert_int_equal(err.code, problems->n > 0 ? ERR_CONFIG : ERR_NONE);
	return list;
}

/* --- our own ---------------------------------------------------------------- */

static int
columns(const char *s)
{
	struct safe_text	 safe;

	text_safe_str(&safe, s, 0);
	assert_string_equal(safe.s, s);
	return safe.width;
}

/* Twenty, each whole in both languages, under three headings. */
static void
test_our_own(void **state)
{
	struct conf_problems	 problems;
	struct questions	 list = load(COUNTER, NULL, &problems);
	size_t			 i, t, headings = 0;

	(void)state;
	for (i = 0; i < problems.n; i++)
		print_error("%s:%d: %s\n", problems.v[i].file,
		    problems.v[i].line, problems.v[i].text);
	assert_int_equal(problems.n, 0);
	assert_int_equal(list.n, 20);
	for (i = 0; i < list.n; i++) {
		const struct question	*q = &list.v[i];

		headings += i == 0 || strcmp(q->heading[TONGUE_PL],
		    q[-1].heading[TONGUE_PL]) != 0;
		assert_string_equal(q->check, q->id);
		assert_string_equal(q->authority, "");
		for (t = 0; t < TONGUES; t++) {
			assert_in_range(columns(q->heading[t]), 5, 40);
			assert_in_range(columns(q->brief[t]), 5, 40);
			assert_in_range(strlen(q->asked[t]), 10, 400);
			assert_in_range(strlen(q->general[t]), 200, 1600);
			assert_true(strlen(q->words[t]) > 5);
		}
	}
	assert_int_equal(headings, 3);
	questions_clear(&list);
	conf_problems_clear(&problems);
}

/* Nothing that the desk can look at is asked for by nobody. */
static void
test_every_check(void **state)
{
	static const char *const ids[] = {
#define CHECK(function, id, wants, must)	id,
#include "answers/checks.def"
#undef CHECK
	};
	struct conf_problems	 problems;
	struct questions	 list = load(COUNTER, NULL, &problems);
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (question_by_id(&list, ids[i]) == NULL)
			fail_msg("no question has the check %s", ids[i]);
	questions_clear(&list);
	conf_problems_clear(&problems);
}

/* --- finding ---------------------------------------------------------------- */

/* Three words of each question, as it is asked. */
static const struct {
	const char	*id, *words;
} asked[] = {
	{ "capacity", "ile certyfikatów zmieści" },
	{ "capacity", "many certificates fit" },
	{ "email", "podpisać wiadomości e-mail" },
	{ "email", "sign e-mail message" },
	{ "csr", "wniosek Asystenta Certyfikatów" },
	{ "csr", "zarejestrować certyfikat systemie" },
	{ "csr", "wygenerowałem wniosek certyfikację" },
	{ "csr", "register certificate system" },
	{ "obtain", "zrobić uzyskać certyfikat" },
	{ "obtain", "do get certificate" },
	{ "another-person", "kupić certyfikat kolejnej" },
	{ "another-person", "buy another person" },
	{ "renew", "zrobić odnowić certyfikat" },
	{ "renew", "do renew certificate" },
	{ "lost-card", "zginie karta certyfikatem" },
	{ "lost-card", "zgubiłem kartę certyfikatem" },
	{ "lost-card", "lost the card" },
	{ "lost-serial", "pamiętam numeru seryjnego" },
	{ "lost-serial", "remember serial number" },
	{ "platnik", "podpisuję deklaracje Płatniku" },
	{ "platnik", "signature Płatnik documents" },
	{ "card-read-error", "błąd odczytu karty" },
	{ "card-read-error", "card read error" },
	{ "request-link", "link generowania żądania" },
	{ "request-link", "kliknięciu nic dzieje" },
	{ "request-link", "nothing happens click" },
	{ "dead-links", "linki nie aktywne" },
	{ "dead-links", "links not active" },
	{ "app-not-found", "aplikacja odnaleźć dysku" },
	{ "app-not-found", "application find disk" },
	{ "no-order", "brak potwierdzonego zamówienia" },
	{ "no-order", "confirmed order database" },
	{ "proxy-407", "proxy authentication required" },
	{ "proxy-407", "klient recertyfikacji błąd" },
	{ "client-does-not-start", "program przeglądarce startuje" },
	{ "client-does-not-start", "klient chce uruchomić" },
	{ "client-does-not-start", "client installed run" },
	{ "form-not-saved", "formularz zamówienia zapisany" },
	{ "form-not-saved", "save order form" },
	{ "embed-while-valid", "ważny wykonać osadzenie" },
	{ "embed-while-valid", "still valid ready" },
	{ "expired-online", "odnowić stracił ważność" },
	{ "expired-online", "expired renewed on-line" },
	{ "when-to-start", "kiedy zacząć procedurę" },
	{ "when-to-start", "zdążyć przed upływem" },
	{ "when-to-start", "when begin renewal" },
};
#define NASKED	(sizeof(asked) / sizeof(asked[0]))

/* As it comes out of somebody's fingers. */
static const struct {
	const char	*id, *line;
} typed[] = {
	{ "proxy-407", "rpoxy" },
	{ "capacity", "pojemnsoc karty" },
	{ "email", "nie moge podpisac mejla" },
	{ "lost-card", "ukardli mi karte" },
	{ "lost-serial", "zgubilam karte nie znam numeru" },
	{ "app-not-found", "gdzie jest program" },
	{ "expired-online", "certyfikat juz wygasl" },
	{ "platnik", "certyfikat na karcie do zus" },
};

static void
finds(const struct questions *list, const char *line, const char *id)
{
	const struct question	*found[QUESTIONS_MAX];
	size_t			 n;

	n = questions_find(list, line, found, QUESTIONS_MAX);
	if (n == 0 || strcmp(found[0]->id, id) != 0)
		fail_msg("\"%s\" finds %s, not %s", line,
		    n > 0 ? found[0]->id : "nothing", id);
}

/* Two letters in the middle of each longer word swapped: the line is folded. */
static void
misspell(char *line)
{
	char	*word, *rest = line, c;
	size_t	 len;

	for (word = rest; *word != '\0'; word += len + (word[len] != '\0')) {
		len = strcspn(word, " ");
		if (len < 5)
			continue;
		c = word[len / 2];
		word[len / 2] = word[len / 2 + 1];
		word[len / 2 + 1] = c;
	}
}

static void
test_three_words(void **state)
{
	struct conf_problems	 problems;
	struct questions	 list = load(COUNTER, NULL, &problems);
	char			 line[128];
	size_t			 i;

	(void)state;
	for (i = 0; i < NASKED; i++) {
		finds(&list, asked[i].words, asked[i].id);
		text_fold(asked[i].words, line, sizeof(line));
		finds(&list, line, asked[i].id);
		misspell(line);
		finds(&list, line, asked[i].id);
	}
	for (i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		finds(&list, typed[i].line, typed[i].id);
	questions_clear(&list);
	conf_problems_clear(&problems);
}

/* --- laid over ---------------------------------------------------------------- */

static struct authority	 someone;

static struct authorities
an_authority(void)
{
	settings_init(authority_settings, nauthority_settings, &someone);
	someone.id = strdup("someone");
	setting_take(&(const struct setting){ .section = "answers",
	    .type = SETTING_PATH, .offset = offsetof(struct authority,
	    answers_file) }, theirs, &someone);
	return (struct authorities){ &someone, 1 };
}

static void
drop_authority(void)
{
	settings_clear(authority_settings, nauthority_settings, &someone);
	free(someone.id);
}

/* A key counts instead of ours; the rest of the question stays. */
static void
test_laid_over(void **state)
{
	struct authorities	 all = an_authority();
	struct conf_problems	 problems;
	struct questions	 list;
	const struct question	*q;

	(void)state;
	put(theirs, "[heading own]\nplace = 5\nen = Of ours\n"
	    "[question parking]\nheading = own\n"
	    "asked.en = Where can I\n  park?\n"
	    "general.en =\n  Behind\n  the house.\n\n\n  Not before.\n"
	    "# a comment\n[question email]\ngeneral.pl = Zapytaj.\n"
	    "[question renew]\nplace = 5\n"
	    "[question capacity]\nhidden = yes\n");
	put(own, "[question email]\nbrief.en = Mail\n"
	    "[question parking]\ngeneral.en = Anywhere.\n");
	list = load(conf, &all, &problems);
	assert_int_equal(problems.n, 0);
	assert_int_equal(list.n, 20);
	assert_string_equal(list.v[0].id, "parking");
	assert_string_equal(list.v[0].asked[TONGUE_EN], "Where can I park?");
	assert_string_equal(list.v[0].general[TONGUE_EN], "Anywhere.");
	assert_string_equal(list.v[0].check, "");
	assert_string_equal(list.v[0].authority, "");
	i18n_set("pl");
	assert_string_equal(question_heading(&list.v[0]), "Of ours");
	assert_string_equal(question_brief(&list.v[0]), "Where can I park?");
	i18n_set("en");
	assert_null(question_by_id(&list, "capacity"));
	assert_non_null(q = question_by_id(&list, "email"));
	assert_string_equal(q->authority, "someone");
	assert_string_equal(q->general[TONGUE_PL], "Zapytaj.");
	assert_true(strlen(q->general[TONGUE_EN]) > 200);
	assert_string_equal(question_brief(q), "Mail");
	/* Before obtain, the first of its heading else. */
	q = question_by_id(&list, "renew");
	assert_string_equal(q[1].id, "obtain");
	questions_clear(&list);
	unlink(own);
	put(theirs, "[question parking]\nheading = card\nasked.en = ?\n"
	    "general.en =\n  Behind\n  the house.\n\n\n  Not before.\n");
	list = load(conf, &all, &problems);
	assert_non_null(q = question_by_id(&list, "parking"));
	assert_string_equal(q->general[TONGUE_EN],
	    "Behind the house.\n\nNot before.");
	assert_string_equal(q->authority, "someone");
	questions_clear(&list);
	drop_authority();
	unlink(theirs);
}

static const struct {
	const char	*text;
	int		 line;
	const char	*problem;
} mistakes[] = {
	{ "[question]\nheading = card\n", 1, "there is no section [question]" },
	{ "\n[question Ile]\n", 2, "there is no section [question Ile]" },
	{ "[question email\n", 1, "a section has no closing bracket" },
	{ "[question email]\ncolour = red\n more\n", 2,
	    "there is no key colour in [question email]" },
	{ "[question email]\nplace = near\n", 2,
	    "place = near: it is not a whole number" },
	{ "[question email]\nplace = 1\n 2\n", 3, "place takes one line only" },
	{ "[question email]\nbrief.en = a\nbrief.en = b\n c\n", 3,
	    "brief.en stands already in line 2; that one counts" },
	{ "[question email]\nbrief.en = 1234567890123456789012345678901234567890x\n",
	    2, "brief.en = 123456789012345678901234567890123456789…"
	    ": the text is too long" },
	{ "[question email]\nbrief.en =\n 1234567890123456789012345678901234\n"
	    " 56789\n 0\n 1\n", 5, "brief.en = 0: the text is too long" },
	{ "[question email]\nchecked_on = 2026-02-30\n", 2,
	    "checked_on = 2026-02-30: it is not a day like 2026-10-01" },
	{ "[question email]\njust words\n", 2,
	    "this is neither a [section] nor key = value" },
	{ "[question email]\n just words\n", 2,
	    "this is neither a [section] nor key = value" },
	{ "[question email]\ngeneral.en = \x01\n more of it\n", 2,
	    "the line holds bytes that are not text in UTF-8" },
	{ "[question email]\ngeneral.en = a\n b \xff\n c\n", 3,
	    "the line holds bytes that are not text in UTF-8" },
	{ "heading = card\n", 1, "heading stands before any [section]" },
	{ "[question new]\nheading = card\n", 2,
	    "question new has no asked.en or asked.pl; it is left out" },
	{ "[question new]\nasked.en = ?\nheading = card\n", 2,
	    "question new has no general.en or general.pl; it is left out" },
	{ "[question new]\nasked.en = ?\ngeneral.en = !\nheading = crad\n", 2,
	    "question new has no heading that there is; it is left out" },
	{ "[question new]\nasked.en = ?\ngeneral.en = {phone}.\n"
	    "heading = card\n", 2,
	    "question new: nothing is known as {phone}" },
	{ "[question new]\nasked.en = ?\ngeneral.en = !\nheading = card\n"
	    "check = parking\n", 2, "question new: there is no check parking" },
};

/* Each told with its line, and all the rest is there. */
static void
test_mistakes(void **state)
{
	struct conf_problems	 problems;
	struct questions	 list;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		put(own, mistakes[i].text);
		list = load(conf, NULL, &problems);
		if (problems.n != 1)
			fail_msg("%zu problems with: %s", problems.n,
			    mistakes[i].text);
		assert_string_equal(problems.v[0].text, mistakes[i].problem);
		assert_int_equal(problems.v[0].line, mistakes[i].line);
		assert_string_equal(problems.v[0].file, own);
		assert_in_range(list.n, 20, 21);
		questions_clear(&list);
		conf_problems_clear(&problems);
	}
	unlink(own);
}

/* What goes on with a line that was refused belongs to nobody. */
static void
test_refused_line(void **state)
{
	struct conf_problems	 problems;
	struct questions	 list;
	const struct question	*q;

	(void)state;
	put(own, "[question email]\nbrief.en = Mail\nasked.en = \x01\n more\n");
	list = load(conf, NULL, &problems);
	assert_int_equal(problems.n, 1);
	assert_non_null(q = question_by_id(&list, "email"));
	assert_string_equal(q->brief[TONGUE_EN], "Mail");
	questions_clear(&list);
	conf_problems_clear(&problems);
	unlink(own);
}

/* No file may ask for more than there is room for. */
static void
test_too_many(void **state)
{
	struct conf_problems	 problems;
	struct questions	 list;
	FILE			*f;
	int			 i;

	(void)state;
	assert_non_null(f = fopen(own, "w"));
	for (i = 0; i < 2 * QUESTIONS_MAX; i++)
		fprintf(f, "[question q%d]\nheading = card\nasked.en = ?\n"
		    "general.en = !\n", i);
	assert_int_equal(fclose(f), 0);
	list = load(conf, NULL, &problems);
	assert_int_equal(list.n, QUESTIONS_MAX);
	assert_int_equal(problems.n, 1);
	questions_clear(&list);
	conf_problems_clear(&problems);
	unlink(own);
}

/* A file that an authority names has to be there; the counter's need not. */
static void
test_no_file(void **state)
{
	struct authorities	 all = an_authority();
	struct conf_problems	 problems = { 0 };
	struct questions	 list;
	struct err		 err = ERR_INIT;

	(void)state;
	assert_int_equal(questions_load(&list, conf, &all, &problems, &err), -1);
	assert_int_equal(err.code, ERR_NO_FILE);
	assert_int_equal(problems.n, 1);
	assert_int_equal(list.n, 20);
	questions_clear(&list);
	conf_problems_clear(&problems);
	drop_authority();
}

/* What comes with the program as an example is right. */
static void
test_example(void **state)
{
	const char		*top = getenv("abs_top_srcdir");
	struct conf_problems	 problems;
	struct questions	 list;
	char			 file[4096];

	(void)state;
	snprintf(file, sizeof(file), "%s/kiosk/examples/okienko.conf",
	    top != NULL ? top : ".");
	list = load(file, NULL, &problems);
	assert_int_equal(problems.n, 0);
	assert_int_equal(list.n, 21);
	assert_string_equal(list.v[0].id, "opening");
	questions_clear(&list);
}

/* --- facts in texts ------------------------------------------------------------- */

static void
test_facts(void **state)
{
	static const char	 text[] = "Call {telephone}. It costs nothing. "
	    "\"Ask for {limit}.\"\n\nWrite to {email}!\n\n"
	    "Wait {confirm_days}, {authority} said.";
	struct authorities	 all = an_authority();
	struct authority	*a = all.v;
	int64_t			 now;
	char			 buf[400];

	(void)state;
	assert_int_equal(clock_from_utc(2026, 11, 28, 12, 0, 0, &now), 0);
	assert_string_equal(placing(text, NULL, now, buf, sizeof(buf)),
	    "It costs nothing.");
	a->max_certificates = 1;
	a->orders_confirm_days = 5;
	free(a->name);
	free(a->phone);
	free(a->phone_checked_on);
	free(a->checked_on);
	a->name = strdup("X");
	a->phone = strdup("22 000.");
	a->phone_checked_on = strdup("2026-05-30");
	a->checked_on = strdup("2026-05-28");
	assert_string_equal(placing(text, a, now, buf, sizeof(buf)),
	    "Call 22 000.. It costs nothing. "
	    "\"Ask for 1 certificate (checked on 2026-05-28).\"\n\n"
	    "Wait 5 working days, X said.");
	assert_string_equal(placing(text, a, now, buf, 16), "Call 22 000.. I");
	assert_string_equal(placing("ż{X} {telephone", a, now, buf, 6), "ż{X}");
	drop_authority();
}

/* A text that nobody looked after for long says so. */
static void
test_old_text(void **state)
{
	struct conf_problems	 problems;
	struct questions	 list;
	int64_t			 now;
	char			 buf[400];

	(void)state;
	put(own, "[question new]\nasked.en = ?\ngeneral.en = Yes.\n"
	    "heading = card\nchecked_on = 2026-01-31\n");
	list = load(conf, NULL, &problems);
	assert_int_equal(clock_from_utc(2026, 8, 2, 12, 0, 0, &now), 0);
	assert_string_equal(question_general(question_by_id(&list, "new"), NULL,
	    now, buf, sizeof(buf)), "Yes.");
	assert_string_equal(question_general(question_by_id(&list, "new"), NULL,
	    now + 86400, buf, sizeof(buf)), "Yes.\n\n"
	    "This was checked on 2026-01-31 and may have changed since.");
	questions_clear(&list);
	unlink(own);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_our_own),
		cmocka_unit_test(test_every_check),
		cmocka_unit_test(test_three_words),
		cmocka_unit_test(test_laid_over),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_refused_line),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_old_text),
	};
	int	 failed;

	i18n_init("en");
	if (mkdtemp(folder) == NULL)
		return 99;
	snprintf(conf, sizeof(conf), "%s/okienko.conf", folder);
	snprintf(own, sizeof(own), "%s/answers.conf", folder);
	snprintf(theirs, sizeof(theirs), "%s/theirs.conf", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(own);
	unlink(theirs);
	rmdir(folder);
	return failed;
}

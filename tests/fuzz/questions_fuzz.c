/*
 * Any file laid over a list of questions: what comes of it is whole, in bounds
 * and fit to print, and any line can be looked for in it.
 */
#include "config.h"

#include <sys/mman.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/placing.h"
#include "answers/questions.h"
#include "base/i18n.h"
#include "base/text.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);
const char *__wrap_paths_questions(void);

/* Our own is long; to read it each time would be most of the work. */
#define OURS	"[heading card]\nplace = 10\nen = Card\npl = Karta\n" \
	"[question email]\nheading = card\ncheck = email\n" \
	"asked.en = Why can I not sign mail?\ngeneral.en =\n  It depends.\n" \
	"[question renew]\nheading = card\nasked.pl = Jak odnowić?\n" \
	"general.pl = Zacznij wcześnie: {working_days}.\n"

#define NOW	INT64_C(1795000000)
#define LINE	80	/* bytes of the input that are looked for */

static void
require(int truth)
{
	if (!truth)
		abort();
}

/* The same file over and over; the folder stays until the end. */
struct bed {
	char	 dir[32], conf[64], own[64], ours[64];
	int	 fd;
};

static struct bed	 bed = { .dir = "/tmp/questions-fuzz.XXXXXX" };

const char *
__wrap_paths_questions(void)
{
	return bed.ours;
}

static void
sweep(void)
{
	(void)unlink(bed.ours);
	(void)unlink(bed.own);
	(void)rmdir(bed.dir);
}

static void
make(void)
{
	char	 path[32];
	int	 fd;

	i18n_init("en");
	require(mkdtemp(bed.dir) != NULL);
	snprintf(bed.conf, sizeof(bed.conf), "%s/okienko.conf", bed.dir);
	snprintf(bed.own, sizeof(bed.own), "%s/answers.conf", bed.dir);
	/* In memory: a disk would be waited for each time. */
	bed.fd = memfd_create("answers", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", bed.fd);
	require(bed.fd != -1 && symlink(path, bed.own) == 0);
	snprintf(bed.ours, sizeof(bed.ours), "%s/questions.conf", bed.dir);
	fd = open(bed.ours, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	require(fd != -1 && write(fd, OURS, strlen(OURS)) ==
	    (ssize_t)strlen(OURS));
	close(fd);
	atexit(sweep);
}

static void
clean(const char *s, size_t max)
{
	require(s != NULL && strlen(s) <= 4 * max);
	for (; *s != '\0'; s += *s == '\n') {
		size_t	 len = strcspn(s, "\n");

		require((text_flags(s, len) & (TEXT_HIDDEN | TEXT_INVALID)) == 0);
		s += len;
	}
}

static void
check_question(const struct question *q, const struct authority *a)
{
	char	 buf[4 * QUESTION_GENERAL_MAX], small[40];
	size_t	 t;

	for (t = 0; t < TONGUES; t++) {
		clean(q->heading[t], 40);
		clean(q->brief[t], 40);
		clean(q->asked[t], 400);
		clean(q->words[t], 400);
		clean(q->general[t], QUESTION_GENERAL_MAX);
		require(!placing_unknown(q->general[t], small, sizeof(small)) ||
		    strlen(small) > 0);
	}
	require(q->id[0] != '\0' && strlen(q->id) <= QUESTION_ID_MAX);
	require(!q->hidden && question_asked(q)[0] != '\0');
	clean(question_general(q, a, NOW, buf, sizeof(buf)), sizeof(buf));
	question_general(q, a, NOW, small, sizeof(small));
	clean(small, sizeof(small));
}

static void
look_for(const struct questions *list, const uint8_t *data, size_t len)
{
	const struct question	*found[QUESTIONS_MAX];
	char			 line[LINE + 1];
	size_t			 n, i, k;

	len = len < LINE ? len : LINE;
	memcpy(line, data, len);
	line[len] = '\0';
	n = questions_find(list, line, found, QUESTIONS_MAX);
	require(n <= list->n);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			require(found[i] != found[k]);
	require(questions_find(list, "", found, 3) == (list->n < 3 ? list->n :
	    3));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct conf_list	 none = { .n = 0 };
	struct authority	 a = { .name = (char[]){ "A" },
				    .phone = (char[]){ "1" },
				    .phone_hours = (char[]){ "Mon 08:00-09:00" },
				    .phone_checked_on = (char[]){ "2020-01-01" },
				    .form_email = (char[]){ "" },
				    .form_checked_on = (char[]){ "" },
				    .orders_checked_on = (char[]){ "" },
				    .checked_on = (char[]){ "" },
				    .form_address = none };
	struct conf_problems	 problems = { 0 };
	struct questions	 list;
	struct err		 err = ERR_INIT;
	size_t			 i;

	if (bed.conf[0] == '\0')
		make();
	require(ftruncate(bed.fd, 0) == 0 &&
	    pwrite(bed.fd, data, len, 0) == (ssize_t)len);
	require((questions_load(&list, bed.conf, NULL, &problems, &err) == -1) ==
	    (err.code != ERR_NONE));
	require(list.n <= QUESTIONS_MAX && problems.n <= SETTING_PROBLEMS_MAX);
	for (i = 0; i < list.n; i++)
		check_question(&list.v[i], &a);
	look_for(&list, data, len);
	questions_clear(&list);
	conf_problems_clear(&problems);
	return 0;
}

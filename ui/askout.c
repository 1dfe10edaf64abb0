#include "config.h"

#include "ui/askout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/askpage.h"
#include "base/clock.h"
#include "registry/outbox.h"
#include "ui/pageout.h"

static bool
is_text(const char *file)
{
	size_t len = file != NULL ? strlen(file) : 0;

	return len > 4 && strcmp(file + len - 4, ".txt") == 0;
}

static int
make(const struct askpage *page, const struct conf *conf, bool text,
    struct buf *out, struct err *err)
{
	char *s;
	int rc;

	if (!text)
		return askpage_pdf(page, conf->font, out, err);
	s = askpage_text(page);
	rc = buf_add(out, s, strlen(s));
	explicit_bzero(s, strlen(s));
	free(s);
	return rc == -1 ? err_set(err, ERR_TOO_BIG, page->number, NULL) : 0;
}

/* Where there is no registry, or it takes nothing, the page alone tells of it. */
static int
note(struct registry *reg, const struct authority *a,
    const struct order_question *q, const char *key, struct order_out *out,
    struct err *err)
{
	int64_t id;

	if (reg != NULL && order_note_question(reg, a, q, key, &id,
	    err) == 0 && order_out_get(reg, id, out, err) == 0)
		return 0;
	*out = (struct order_out){ .what = ORDER_QUESTION,
	    .state = ORDER_OUT_DONE, .at = clock_now(), .paper = true };
	snprintf(out->authority, sizeof out->authority, "%s", a->id);
	asked_number(key, out->own);
	return reg != NULL ? pageout_unnoted(err) : 0;
}

int
askout(struct registry *reg, const struct conf *conf,
    const struct authority *a, const struct order_question *q,
    const char *file, const atomic_bool *cancel, struct order_out *out,
    struct err *err)
{
	char key[OUTBOX_KEY_LEN + 1], number[ASKED_NUMBER_MAX + 1];
	struct askpage page = { .authority = a, .question = q,
	    .number = number, .point = conf->point, .now = clock_now() };
	struct buf bytes;
	int rc;

	if (outbox_key(key, err) == -1)
		return -1;
	asked_number(key, number);
	buf_init(&bytes, PAGEOUT_MAX);
	rc = make(&page, conf, is_text(file), &bytes, err);
	if (rc == 0)
		rc = file != NULL ? pageout_save(file, &bytes, err) :
		    pageout_print(conf, number, &bytes, cancel, err);
	buf_clear(&bytes);
	return rc == -1 ? -1 : note(reg, a, q, key, out, err);
}

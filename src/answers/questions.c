#include "config.h"

#include "answers/questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/placing.h"
#include "base/i18n.h"

void
questions_clear(struct questions *list)
{
	size_t	 i, t;

	for (i = 0; i < list->n; i++) {
		struct question	*q = &list->v[i];

		for (t = 0; t < TONGUES; t++) {
			free(q->heading[t]);
			free(q->asked[t]);
			free(q->brief[t]);
			free(q->general[t]);
			free(q->words[t]);
		}
		free(q->id);
		free(q->check);
		free(q->checked_on);
		free(q->authority);
	}
	free(list->v);
	list->v = NULL;
	list->n = 0;
}

const struct question *
question_by_id(const struct questions *list, const char *id)
{
	size_t	 i;

	for (i = 0; i < list->n; i++)
		if (strcmp(list->v[i].id, id) == 0)
			return &list->v[i];
	return NULL;
}

/* The one of the present language; the other is better than nothing. */
static const char *
spoken(char *const text[TONGUES])
{
	enum question_tongue	 now = strcmp(i18n_get(), "pl") == 0 ?
				    TONGUE_PL : TONGUE_EN;

	return text[now][0] != '\0' ? text[now] :
	    text[now == TONGUE_PL ? TONGUE_EN : TONGUE_PL];
}

const char *
question_heading(const struct question *q)
{
	return spoken(q->heading);
}

const char *
question_asked(const struct question *q)
{
	return spoken(q->asked);
}

const char *
question_brief(const struct question *q)
{
	const char	*brief = spoken(q->brief);

	return brief[0] != '\0' ? brief : question_asked(q);
}

char *
question_general(const struct question *q, const struct authority *a,
    int64_t now, char *buf, size_t size)
{
	char	 day[160];
	size_t	 len;

	placing(spoken(q->general), a, now, buf, size);
	if (!placing_old(q->checked_on, now))
		return buf;
	snprintf(day, sizeof(day), _("This was checked on %s and may have changed since."),
	    q->checked_on);
	len = strlen(buf);
	if (len + strlen(day) + 2 < size)
		snprintf(buf + len, size - len, "\n\n%s", day);
	return buf;
}

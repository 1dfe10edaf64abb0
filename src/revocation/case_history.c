/* One event of a case as a line of its history. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "revocation/case_inside.h"

/* A line that grows by parts, and is never longer than its buffer. */
struct line {
	char	*buf;
	size_t	 size, len;
};

static void
add(struct line *l, const char *join, const char *text)
{
	int n;

	if (text == NULL || text[0] == '\0' || l->len + 1 >= l->size)
		return;
	n = snprintf(l->buf + l->len, l->size - l->len, "%s%s",
	    l->len > 0 ? join : "", text);
	l->len += (size_t)n < l->size - l->len ? (size_t)n :
	    l->size - l->len - 1;
}

/* ", reason: card lost or stolen". */
static void
add_named(struct line *l, const char *name, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	add(l, ", ", name);
	add(l, ": ", text);
}

static const char *
text_of(const struct case_event *e, const char *name)
{
	const char *text = NULL;

	(void)case_field_text(e->data, name, &text);
	return text;
}

static int
word_of(const struct case_event *e, const char *name,
    int (*from)(const char *))
{
	int n = -1;

	(void)case_field_word(e->data, name, from, &n);
	return n;
}

static void
add_err(struct line *l, const struct case_event *e)
{
	struct err err = ERR_INIT;
	char text[512];

	if (case_field_err(e->data, "err", &err) == 0 && err.code != ERR_NONE)
		add(l, ": ", err_sentence(&err, text, sizeof text));
}

/* --- a function an event ------------------------------------------------------------ */

static void
say_opened(struct line *l, const struct case_event *e)
{
	bool typed = false;
	int action = word_of(e, "action", case_action_from_id);

	add(l, "", _("Request received"));
	if (action != -1)
		add(l, ": ", case_action_name((enum case_action)action));
	(void)case_field_flag(e->data, "typed", &typed);
	if (typed)
		add(l, "; ", _("the certificate was typed in, not seen"));
}

static void
say_answered(struct line *l, const struct case_event *e)
{
	char at[32] = "";
	int64_t lost = 0;

	add_named(l, _("asked by"), case_who_name(word_of(e, "who",
	    case_who_from_id)));
	add_named(l, _("checked by"), case_proof_name(word_of(e, "proof",
	    case_proof_from_id)));
	add_named(l, _("reason"), case_reason_name(word_of(e, "reason",
	    case_reason_from_id)));
	(void)case_field_time(e->data, "lost_at", &lost);
	if (lost != 0)
		add_named(l, _("since"), clock_local(lost, at, sizeof at));
	else if (json_object_get(e->data, "lost_at") != NULL)
		add_named(l, _("since"), _("not known"));
	add_named(l, _("note"), text_of(e, "note"));
	if (l->len == 0)
		add(l, "", _("Nothing new was answered"));
}

static void
say_instead(struct line *l, const struct case_event *e)
{
	int action = word_of(e, "action", case_action_from_id);

	add(l, "", _("Asked for instead"));
	if (action != -1)
		add(l, ": ", case_action_name((enum case_action)action));
}

static void
say_confirmed(struct line *l, const struct case_event *e)
{
	(void)e;
	add(l, "", _("Confirmed by the last digits of the serial number; the request is complete"));
}

static void
say_channel(struct line *l, const struct case_event *e)
{
	const char *channel = text_of(e, "channel");

	add(l, "", _("Another way was chosen"));
	if (channel != NULL)
		add(l, ": ", case_channel_name(channel));
}

static void
say_taken(struct line *l, const struct case_event *e)
{
	add(l, "", _("Taken over"));
	add(l, ": ", e->account);
}

static void
say_note(struct line *l, const struct case_event *e)
{
	add_named(l, _("note"), text_of(e, "text"));
}

static void
say_sending(struct line *l, const struct case_event *e)
{
	const char *channel = text_of(e, "channel");

	add(l, "", _("Sending"));
	if (channel != NULL)
		add(l, ": ", case_channel_name(channel));
}

static void
say_result(struct line *l, const struct case_event *e)
{
	int r = word_of(e, "result", case_result_from_id);

	if (r != -1)
		add(l, "", case_result_name((enum case_result)r));
	add_err(l, e);
	add(l, "; ", text_of(e, "detail"));
}

static void
say_told(struct line *l, const struct case_event *e)
{
	const char *channel = text_of(e, "channel");
	int64_t outcome = -1;

	(void)case_field_number(e->data, "outcome", -1, 1, &outcome);
	if (outcome == -1 && channel != NULL && strcmp(channel, "form") == 0) {
		add(l, "", text_of(e, "file") != NULL ?
		    _("The form was saved") : _("The form was printed"));
		channel = NULL;
	} else
		add(l, "", outcome == 1 ?
		    _("The authority was told and said yes") : outcome == 0 ?
		    _("The authority was told and said no") :
		    _("The authority was told"));
	if (channel != NULL)
		add(l, ": ", case_channel_name(channel));
	add(l, ", ", text_of(e, "whom"));
	add(l, ", ", text_of(e, "file"));
}

/* What a status service said. */
static const char *const statuses[STATUS_COUNT] = {
	[STATUS_UNKNOWN] = N_("the status service does not know it"),
	[STATUS_GOOD] = N_("not revoked"),
	[STATUS_REVOKED] = N_("it is revoked"),
	[STATUS_SUSPENDED] = N_("it is suspended"),
};

static void
say_status(struct line *l, const struct case_event *e)
{
	int said = word_of(e, "status", case_status_from_id);
	int by = word_of(e, "by", case_how_from_id);

	add(l, "", by == HOW_CRL ? _("Asked the revocation list (CRL)") :
	    _("Asked the status service (OCSP)"));
	if (said != -1)
		add(l, ": ", _(statuses[said]));
}

static void
say_unanswered(struct line *l, const struct case_event *e)
{
	bool unsent = false;

	(void)case_field_flag(e->data, "unsent", &unsent);
	add(l, "", !unsent ? _("The status could not be asked") :
	    json_object_get(e->data, "err") != NULL ?
	    _("It could not be sent") :
	    _("No machine of the authority's takes it any more"));
	add_err(l, e);
}

static void
say_withdrawn(struct line *l, const struct case_event *e)
{
	add(l, "", _("Withdrawn"));
	add(l, ": ", text_of(e, "why"));
}

static void
say_closed(struct line *l, const struct case_event *e)
{
	(void)e;
	add(l, "", _("Closed"));
}

static void	(*const says[KIND_COUNT])(struct line *,
		    const struct case_event *) = {
	[KIND_OPENED] = say_opened,
	[KIND_ANSWERED] = say_answered,
	[KIND_INSTEAD] = say_instead,
	[KIND_CONFIRMED] = say_confirmed,
	[KIND_CHANNEL] = say_channel,
	[KIND_TAKEN] = say_taken,
	[KIND_NOTE] = say_note,
	[KIND_SENDING] = say_sending,
	[KIND_RESULT] = say_result,
	[KIND_TOLD] = say_told,
	[KIND_STATUS] = say_status,
	[KIND_UNANSWERED] = say_unanswered,
	[KIND_WITHDRAWN] = say_withdrawn,
	[KIND_CLOSED] = say_closed,
};

const char *
case_event_words(const struct case_event *e, char *buf, size_t size)
{
	struct line l = { .buf = buf, .size = size };
	int kind = case_kind_of(e->kind);

	if (size == 0)
		return buf;
	buf[0] = '\0';
	if (kind != -1)
		says[kind](&l, e);
	buf[text_cut(buf, size - 1)] = '\0';
	return buf;
}

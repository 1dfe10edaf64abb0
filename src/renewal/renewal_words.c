/* What a renewal's states and events are called. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "renewal/intake.h"
#include "renewal/renewal_inside.h"

static const struct {
	const char	*id, *name;
} states[RENEWAL_STATES] = {
	[RENEWAL_STARTED] = { "started", N_("started") },
	[RENEWAL_KEY_MADE] = { "key-made", N_("key made") },
	[RENEWAL_REQUEST_SIGNED] = { "request-signed", N_("request signed") },
	[RENEWAL_SENT] = { "sent", N_("request sent") },
	[RENEWAL_VERIFIED] = { "verified", N_("request checked") },
	[RENEWAL_ISSUED] = { "issued", N_("certificate issued") },
	[RENEWAL_WRITTEN] = { "written", N_("written to the card") },
	[RENEWAL_READ_BACK] = { "read-back", N_("read back") },
	[RENEWAL_TESTED] = { "tested", N_("tested by a signature") },
	[RENEWAL_REGISTERED] = { "registered", N_("registered") },
	[RENEWAL_OLD_DEALT] = { "old-dealt", N_("old one dealt with") },
	[RENEWAL_DONE] = { "done", N_("renewed") },
	[RENEWAL_STOPPED] = { "stopped", N_("stopped") },
};

const char *
renewal_state_id(enum renewal_state s)
{
	return states[s].id;
}

const char *
renewal_state_name(enum renewal_state s)
{
	return _(states[s].name);
}

static const struct {
	const char	*id, *said;
} results[RENEWAL_RESULTS] = {
	[RENEWAL_RESULT_SENT] = { "sent", N_("The authority has the request") },
	[RENEWAL_RESULT_VERIFIED] = { "verified",
	    N_("The authority has checked the request") },
	[RENEWAL_RESULT_REFUSED] = { "refused",
	    N_("The authority refused the request") },
	[RENEWAL_RESULT_FAILED] = { "failed", N_("No answer came") },
};

const char *
renewal_result_id(enum renewal_result r)
{
	return results[r].id;
}

int
renewal_result_from_id(const char *id)
{
	int i;

	for (i = 0; i < RENEWAL_RESULTS; i++)
		if (strcmp(results[i].id, id) == 0)
			return i;
	return -1;
}

/* --- one event as a line of its history ------------------------------------------- */

static void
add(char *buf, size_t size, const char *join, const char *text)
{
	size_t len = strlen(buf);

	if (text != NULL && text[0] != '\0' && len + 1 < size)
		snprintf(buf + len, size - len, "%s%s", len > 0 ? join : "",
		    text);
}

static void
add_text(const struct case_event *e, const char *name, const char *join,
    char *buf, size_t size)
{
	const char *text = NULL;

	(void)case_field_text(e->data, name, &text);
	add(buf, size, join, text);
}

static void
add_err(const struct case_event *e, char *buf, size_t size)
{
	struct err err = ERR_INIT;
	char text[512];

	if (case_field_err(e->data, "err", &err) == 0 && err.code != ERR_NONE)
		add(buf, size, ": ", err_sentence(&err, text, sizeof text));
}

/* Of an event that has a flag: what it means when set, and when not. */
static const char *
by_flag(const struct case_event *e, const char *name, const char *yes,
    const char *no)
{
	bool flag = false;

	(void)case_field_flag(e->data, name, &flag);
	return _(flag ? yes : no);
}

static const char *
result_words(const struct case_event *e)
{
	int r = -1;

	(void)case_field_word(e->data, "result", renewal_result_from_id, &r);
	if (r == RENEWAL_RESULT_FAILED)
		return by_flag(e, "unsent", N_("It could not be sent"),
		    results[r].said);
	return r == -1 ? "" : _(results[r].said);
}

/* What is always said of an event; NULL: it depends on its fields. */
static const char *const said[RENEWAL_KINDS] = {
	[RENEWAL_KIND_STARTED] = N_("Renewal started"),
	[RENEWAL_KIND_KEY_MADE] = N_("The key pair is on the card"),
	[RENEWAL_KIND_REQUEST_SIGNED] =
	    N_("The request was signed with the new key"),
	[RENEWAL_KIND_SENDING] = N_("Sending the request"),
	[RENEWAL_KIND_ISSUED] =
	    N_("The certificate came and is for the key on the card"),
	[RENEWAL_KIND_WRITTEN] = N_("The certificate was written to the card"),
	[RENEWAL_KIND_READ_BACK] =
	    N_("It was read back from the card, byte for byte"),
	[RENEWAL_KIND_TESTED] =
	    N_("A signature made with it on the card is right"),
	[RENEWAL_KIND_OLD_REMOVING] =
	    N_("The old certificate is to be removed from the card"),
	[RENEWAL_KIND_TROUBLE] = N_("Something went wrong"),
	[RENEWAL_KIND_STOPPED] = N_("Stopped"),
	[RENEWAL_KIND_DONE] = N_("Renewed"),
};

static const char *
words_of(int kind, const struct case_event *e)
{
	switch (kind) {
	case RENEWAL_KIND_KEY:
		return by_flag(e, "adopted",
		    N_("A key of an earlier attempt is used"),
		    N_("A key pair is to be made on the card"));
	case RENEWAL_KIND_RESULT:
		return result_words(e);
	case RENEWAL_KIND_REGISTERED:
		return by_flag(e, "untold",
		    N_("It is remembered here; by this way nobody is told"),
		    N_("It is remembered here, and the authority was told"));
	case RENEWAL_KIND_OLD_DEALT:
		return by_flag(e, "kept",
		    N_("The old certificate stays on the card"),
		    N_("The old certificate was removed from the card"));
	default:
		return kind == -1 ? "" : _(said[kind]);
	}
}

const char *
renewal_event_words(const struct case_event *e, char *buf, size_t size)
{
	if (size == 0)
		return buf;
	buf[0] = '\0';
	add(buf, size, "", words_of(renewal_kind_of(e->kind), e));
	add_err(e, buf, size);
	add_text(e, "words", "; ", buf, size);
	add_text(e, "why", ": ", buf, size);
	buf[text_cut(buf, size - 1)] = '\0';
	return buf;
}

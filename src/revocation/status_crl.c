/* Asking by revocation list and its delta: RFC 5280 5.2.4, 6.3.3. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "revocation/status_inside.h"

/* --- one list -------------------------------------------------------------------- */

static enum record_status
status_in(const struct crlfind_answer *found)
{
	if (found->listed)
		return found->reason == CRL_HOLD ? STATUS_SUSPENDED :
		    STATUS_REVOKED;
	/* Not to be on a list says something only where it would have to be. */
	return found->partial ? STATUS_UNKNOWN : STATUS_GOOD;
}

static void
take(struct status_way *w, const struct crlfind_answer *found)
{
	w->this_update = status_time(found->this_update);
	w->next_update = status_time(found->next_update);
	w->revoked_at = found->listed ? status_time(found->revoked_at) : 0;
	w->reason = found->listed ? found->reason : -1;
	w->entries = found->entries;
	w->odd = found->odd;
	w->status = status_in(found);
}

/* One list of bytes, and who may have signed it. */
struct judging {
	struct asking		*asking;
	struct stream		*in;
	const char		*url;
	struct crlfind_answer	*found;
	struct err		 err;
};

/* 0, or -1 and err; signer empty: the issuer. */
static int
judge_by(struct judging *j, struct span signer)
{
	const struct status_about *about = j->asking->about;
	struct crlfind_about what = { .issuer = j->asking->issuer,
	    .signer = signer, .ca = about->ca,
	    .point = about->cdp != NULL ? about->cdp : j->url,
	    .serial = span_of(about->serial, about->serial_len) };

	err_clear(&j->err);
	crlfind_clear(j->found);
	return crlfind(j->in, &what, j->asking->now, j->found, &j->err);
}

/* Ends the search at the first whose list it is, however it is judged then. */
static int
judge_by_signer(struct span der, void *arg)
{
	struct judging *j = arg;
	struct err err = ERR_INIT;

	return stream_seek(j->in, 0, &err) == 0 && (judge_by(j, der) == 0 ||
	    j->err.code != ERR_STATUS_OTHER);
}

static int
judge(struct asking *a, const char *path, const char *url,
    struct crlfind_answer *found, struct err *err)
{
	struct judging j = { .asking = a, .url = url, .found = found };

	if (stream_open(&j.in, path, err) != 0)
		return -1;
	/* An authority may have its lists signed elsewhere (RFC 5280 5.2.5). */
	if (judge_by(&j, span_of(NULL, 0)) != 0 &&
	    j.err.code == ERR_STATUS_OTHER)
		(void)status_each_signer(a->o->authority, judge_by_signer, &j);
	stream_close(j.in);
	if (j.err.code == ERR_NONE)
		return 0;
	/* People know the address, not the file of the cache. */
	j.err.what[0] = '\0';
	status_name_err(&j.err, url);
	if (err->code == ERR_NONE)
		*err = j.err;
	return -1;
}

/* The list that is there; when it is no good, it is as if there were none. */
static int
judge_kept(struct list_fetch *l, struct status_way *w,
    struct crlfind_answer *found)
{
	struct err err = ERR_INIT;

	if (judge(l->asking, l->path, l->url, found, &err) != 0) {
		crlfind_clear(found);
		l->have = false;
		return -1;
	}
	memcpy(w->sha256, l->known.sha256, sizeof w->sha256);
	w->kept = true;
	return 0;
}

/*
 * A new one; unless it is older than the one that is there.  Whoever stands
 * between may give out yesterday's list, which is signed as well, and what was
 * revoked since would be good again.
 */
static int
judge_new(struct list_fetch *l, struct status_way *w,
    struct crlfind_answer *found, struct err *err)
{
	struct crlfind_answer old = { .freshest = NULL };
	struct err odd = ERR_INIT;

	if (judge(l->asking, l->part, l->url, found, err) != 0)
		return -1;
	if (l->have && judge_kept(l, w, &old) == 0 &&
	    old.this_update > found->this_update) {
		crlfind_clear(found);
		*found = old;
		return 0;
	}
	crlfind_clear(&old);
	w->kept = false;
	memcpy(w->sha256, l->sha256, sizeof w->sha256);
	if (list_keep(l, &odd) != 0)
		log_err("keeping a list", &odd);
	return 0;
}

/* A "not changed" that is about a list we cannot use is asked a second time. */
static int
ask(struct list_fetch *l, struct status_way *w, struct crlfind_answer *found,
    struct err *err)
{
	int rc;

	if (list_is_fresh(l) && judge_kept(l, w, found) == 0)
		return 0;
	rc = list_get(l, err);
	if (rc == 0 && judge_kept(l, w, found) == 0)
		return 0;
	if (rc == 0)
		rc = list_get(l, err);
	return rc == 1 ? judge_new(l, w, found, err) : -1;
}

static bool
is_silent(const struct status_silent *s, const char *url)
{
	for (size_t i = 0; s != NULL && i < s->n; i++)
		if (strcmp(s->urls[i], url) == 0)
			return true;
	return false;
}

static void
note_silent(struct status_silent *s, const char *url, enum err_code code)
{
	if (s == NULL || code != ERR_NET_TIMEOUT || is_silent(s, url) ||
	    s->n == STATUS_SILENT_MAX || strlen(url) >= sizeof s->urls[0])
		return;
	memcpy(s->urls[s->n++], url, strlen(url) + 1);
}

static void
ask_list(struct asking *a, struct status_way *w, const char *url,
    enum net_source source, struct crlfind_answer *found)
{
	struct list_fetch l = { .asking = a, .url = url, .source = source };

	memset(found, 0, sizeof *found);
	found->this_update = found->next_update = CERT_NO_TIME;
	w->tried = true;
	w->url = mem_strdup(url);
	if (is_silent(a->o->silent, url))
		(void)err_set(&w->err, ERR_NET_TIMEOUT, url, "just before");
	else if (list_open(&l, &w->err) == 0)
		w->answered = ask(&l, w, found, &w->err) == 0;
	note_silent(a->o->silent, url, w->err.code);
	w->millis = l.answer.millis;
	w->server_date = l.answer.date;
	status_see_clock(a, l.answer.date);
	if (found->this_update > a->now && found->this_update != CERT_NO_TIME)
		status_see_clock(a, found->this_update);
	take(w, found);
	status_name_err(&w->err, url);
	list_close(&l);
}

/* --- and its delta ------------------------------------------------------------------ */

/* RFC 5280 5.2.4: the delta goes on from this list, or from an older one. */
static const char *
why_not_delta(const struct crlfind_answer *base,
    const struct crlfind_answer *delta)
{
	if (!delta->delta || delta->number_len == 0 || delta->base_len == 0)
		return "no delta";
	if (base->number_len == 0 || crlfind_number_cmp(base->number,
	    base->number_len, delta->base, delta->base_len) < 0)
		return "a delta to a later list";
	return NULL;
}

/* What a delta makes of what its list says. */
static void
apply(struct status_way *delta, const struct status_way *base,
    const struct crlfind_answer *found)
{
	if (found->listed)
		return;
	delta->status = base->status;
	delta->revoked_at = base->revoked_at;
	delta->reason = base->reason;
	/* Lifted; a certificate that was revoked goes off a list when it ends. */
	if (found->removed && base->status == STATUS_SUSPENDED) {
		delta->status = STATUS_GOOD;
		delta->revoked_at = 0;
		delta->reason = -1;
	}
}

static void
ask_delta(struct asking *a, const struct crlfind_answer *base)
{
	struct status_way *w = &a->report->delta;
	struct crlfind_answer found;
	const char *why;

	ask_list(a, w, base->freshest, NET_STRANGER, &found);
	why = why_not_delta(base, &found);
	if (w->answered && why != NULL) {
		w->answered = false;
		(void)err_set(&w->err, ERR_BAD_DATA, w->url, "%s", why);
	} else if (w->answered && crlfind_number_cmp(found.number,
	    found.number_len, base->number, base->number_len) <= 0)
		w->answered = false;	/* the list is as new as that */
	else if (w->answered)
		apply(w, &a->report->crl, &found);
	crlfind_clear(&found);
}

void
status_by_list(struct asking *a)
{
	const struct authority *auth = a->o->authority;
	struct crlfind_answer found;
	enum net_source source;
	const char *url = status_where(auth != NULL ? auth->cdp : NULL,
	    a->about->cdp, &source);

	if (url == NULL)
		return;
	ask_list(a, &a->report->crl, url, source, &found);
	if (a->report->crl.answered && found.delta) {
		a->report->crl.answered = false;
		(void)err_set(&a->report->crl.err, ERR_BAD_DATA, url,
		    "a delta where a whole list should be");
	}
	if (a->report->crl.answered && found.freshest != NULL)
		ask_delta(a, &found);
	crlfind_clear(&found);
}

/* What came of a chain, for scripts and for second-line support. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/chain.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "revocation/paper.h"

static const struct {
	const char	*id, *word;
} healths[] = {
	[HEALTH_OK] = { "ok", N_("ok") },
	[HEALTH_WARNING] = { "warning", N_("warning") },
	[HEALTH_WRONG] = { "wrong", N_("wrong") },
	[HEALTH_UNKNOWN] = { "unknown", N_("cannot tell") },
	[HEALTH_NOT_NEEDED] = { "not-needed", N_("not needed") },
};

const char *
health_id(enum health h)
{
	return healths[h].id;
}

const char *
health_word(enum health h)
{
	return _(healths[h].word);
}

/* --- JSON --------------------------------------------------------------------- */

/* What is not UTF-8, as a path may be, is replaced. */
static json_t *
text_json(const char *s)
{
	struct safe_text safe;

	text_safe_str(&safe, s, 0);
	return jstring(safe.s);
}

static json_t *
finding_json(const struct finding *f)
{
	json_t *o = json_object();

	json_object_set_new(o, "check", jstring(f->link));
	json_object_set_new(o, "verdict", jstring(health_id(f->health)));
	json_object_set_new(o, "sentence", text_json(f->saw));
	json_object_set_new(o, "mend", text_json(f->mend));
	json_object_set_new(o, "turn", jstring(turn_id(f->turn)));
	json_object_set_new(o, "error", f->err.code != ERR_NONE ?
	    jstring(err_id(f->err.code)) : json_null());
	json_object_set_new(o, "millis", json_integer(f->millis));
	return o;
}

json_t *
chain_json(const struct chain_report *r)
{
	json_t *o = json_object(), *findings = json_array();

	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(findings, finding_json(&r->v[i]));
	json_object_set_new(o, "chain", jstring(chain_name(r->id)));
	json_object_set_new(o, "broken", r->broken < r->n ?
	    jstring(r->v[r->broken].link) : json_null());
	json_object_set_new(o, "findings", findings);
	return o;
}

/* --- a report for people ---------------------------------------------------------- */

/* A path under somebody's home says who that is. */
static char *
without_home(const char *s)
{
	const char *home = getenv("HOME"), *at;
	size_t len = home != NULL ? strlen(home) : 0;

	/* A file system's root is nobody's. */
	if (len < 2 || (at = strstr(s, home)) == NULL ||
	    (at[len] != '/' && at[len] != '\0'))
		return mem_strdup(s);
	return mem_printf("%.*s~%s", (int)(at - s), s, at + len);
}

static void
add_finding(struct paper *p, const struct finding *f)
{
	char *saw = without_home(f->saw);
	char *all = mem_printf("%s: %s", health_word(f->health), saw);

	paper_whole(p, _(f->title), all);
	if (f->mend[0] != '\0')
		paper_whole(p, "", f->mend);
	free(all);
	free(saw);
}

static void
add_sum(struct paper *p, const struct chain_report *r)
{
	const struct finding *f = r->broken < r->n ? &r->v[r->broken] : NULL;
	char *line;

	if (f == NULL) {
		paper_strong(p, _("Nothing is broken on the way."));
		return;
	}
	line = mem_printf(_("Broken at: %s."), _(f->title));
	paper_strong(p, line);
	free(line);
	if (turn_words(f->turn)[0] != '\0')
		paper_say(p, turn_words(f->turn));
}

static void
make_paper(const struct chain_report *r, int64_t now, bool whole,
    struct paper *p)
{
	char at[40];

	paper_init(p, _("Report for support"), chain_name(r->id));
	paper_field(p, _("made on"), clock_local(now, at, sizeof at));
	paper_field(p, _("program"), PACKAGE_STRING);
	add_sum(p, r);
	paper_head(p, _("What was looked at, in its order"));
	for (size_t i = 0; i < r->n; i++) {
		if (whole || (r->v[i].health != HEALTH_OK &&
		    r->v[i].health != HEALTH_NOT_NEEDED))
			add_finding(p, &r->v[i]);
	}
	if (!whole)
		paper_say(p, _("What is in order was left out: it does not fit on the page."));
	paper_foot(p, _("No names, numbers or addresses of people are in this report."));
}

char *
chain_text(const struct chain_report *r, int64_t now)
{
	struct paper p;
	char *text;

	make_paper(r, now, true, &p);
	text = paper_plain(&p);
	paper_clear(&p);
	return text;
}

/* A page holds some thirty lines; what is in order gives way. */
int
chain_page(const struct chain_report *r, int64_t now, const char *font,
    struct buf *out, struct err *err)
{
	struct err small = ERR_INIT;
	struct paper p;
	int rc;

	make_paper(r, now, true, &p);
	rc = paper_pdf(&p, font, out, &small);
	paper_clear(&p);
	if (rc == 0)
		return 0;
	if (small.code != ERR_TOO_BIG) {
		*err = small;
		return -1;
	}
	buf_drop(out, out->len);
	make_paper(r, now, false, &p);
	rc = paper_pdf(&p, font, out, err);
	paper_clear(&p);
	return rc;
}

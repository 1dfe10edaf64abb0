#include "config.h"

#include "answers/askpage.h"

#include <stdlib.h>
#include <string.h>

#include "answers/placing.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "revocation/paper.h"

#define LINE	(PAPER_COLUMNS - 2)	/* columns of the question's lines */

static double
columns(uint32_t cp, void *arg)
{
	(void)arg;
	return text_width(cp);
}

/* A line of its own each: a part is cut where it is long, a question is not. */
static void
put_paragraph(struct paper *p, const char *s, size_t len)
{
	char	*text = mem_strndup(s, len), *line;
	size_t	 n, next, at = 0;

	do {
		n = paper_line(text + at, LINE, columns, NULL, &next);
		line = mem_strndup(text + at, n);
		paper_say(p, line);
		explicit_bzero(line, n);
		free(line);
		at += next;
	} while (text[at] != '\0');
	explicit_bzero(text, len);
	free(text);
}

static void
put_question(struct paper *p, const char *s)
{
	size_t	 len;

	paper_head(p, _("Question"));
	for (; *s != '\0'; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		if (len > 0)
			put_paragraph(p, s, len);
	}
}

static void
put_receiver(struct paper *p, const struct askpage *page)
{
	const struct authority	*a = page->authority;
	char			 text[512];

	paper_head(p, _("To"));
	paper_field(p, _("Authority"), a->name);
	paper_field(p, _("Address"), placing("{address}", a, page->now, text,
	    sizeof(text)));
	paper_field(p, _("Send by e-mail to"), placing("{email}", a, page->now,
	    text, sizeof(text)));
}

/* What the person read and agreed to. */
static void
put_basis(struct paper *p, const struct askpage *page)
{
	const struct order_question	*q = page->question;

	paper_head(p, _("Personal data"));
	paper_field(p, _("Information clause"), q->clause);
	paper_say(p, q->contract ?
	    _("The question concerns a contract that was concluded.") :
	    _("I agree that my data is used to answer this question. I may withdraw that at any time."));
}

static void
make(struct paper *p, const struct askpage *page)
{
	const struct order_question	*q = page->question;
	char				*foot, day[32];

	paper_init(p, _("Question to a certification authority"), page->number);
	put_receiver(p, page);
	paper_head(p, _("From"));
	paper_field(p, _("Name"), q->name);
	paper_field(p, _("Contact"), q->contact);
	paper_field(p, _("About order"), q->order);
	paper_field(p, _("Day"), clock_day(page->now, day, sizeof(day)));
	put_question(p, q->text);
	put_basis(p, page);
	paper_sign(p, _("date and signature of who asks"),
	    _("registration point's stamp"));
	foot = mem_printf(_("okienko%s%s, question %s"),
	    page->point[0] != '\0' ? ", " : "", page->point, page->number);
	paper_foot(p, foot);
	free(foot);
	paper_qr(p, page->number);
}

char *
askpage_text(const struct askpage *page)
{
	struct paper	 p;
	char		*text;

	make(&p, page);
	text = paper_plain(&p);
	paper_clear(&p);
	return text;
}

int
askpage_pdf(const struct askpage *page, const char *font, struct buf *out,
    struct err *err)
{
	struct paper	 p;
	int		 rc;

	make(&p, page);
	rc = paper_pdf(&p, font, out, err);
	paper_clear(&p);
	return rc;
}

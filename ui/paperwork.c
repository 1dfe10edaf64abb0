#include "config.h"

#include "base/mem.h"
#include "revocation/channel.h"
#include "ui/pageout.h"
#include "ui/paperwork.h"

static int
make(const struct paperwork *w, const struct case_row *row,
    const struct case_view *view, const struct authority *a, struct buf *page,
    struct err *err)
{
	const struct conf *c = w->conf;
	const char *font = c->font[0] != '\0' ? c->font : NULL;

	return w->form ? form_pdf(row, view, a, c->point, font, page, err) :
	    receipt_pdf(row, view, a, c->point, font, page, err);
}

/*
 * What happened outside is told to the case, so that others see it; and with
 * proof and receipt there is nothing left to do in it.
 */
static int
tell(struct registry *reg, const struct paperwork *w,
    const struct case_view *view, struct err *err)
{
	const struct case_told told = { .channel = "form", .outcome = -1,
	    .file = w->file };
	struct err no = ERR_INIT, why = ERR_INIT;

	/* The last day of a suspension is still to be minded. */
	if (!w->form && view->action == CASE_SUSPEND)
		return 0;
	if (case_may(view, w->form ? STEP_TOLD : STEP_CLOSE, &no) == -1)
		return 0;
	if ((w->form ? case_told(reg, w->id, &told, w->at, &why) :
	    case_close(reg, w->id, w->at, &why)) == 0)
		return 0;
	/* It went on while the page was made: nothing is left to be told. */
	if (why.code == ERR_CASE_STATE || why.code == ERR_CASE_MOVED)
		return 0;
	*err = why;
	return pageout_unnoted(err);
}

int
paperwork(struct registry *reg, const struct paperwork *w, struct err *err)
{
	const struct authority *a;
	struct case_view view;
	struct case_row row;
	struct buf page;
	int rc = -1;

	if (cases_get(reg, w->id, &row, err) == -1)
		return -1;
	a = channel_authority(w->authorities, &row.cert.issuer);
	if (case_view(&row, a, &view, err) == -1) {
		case_row_clear(&row);
		return -1;
	}
	buf_init(&page, PAGEOUT_MAX);
	if (make(w, &row, &view, a, &page, err) == 0)
		rc = w->file != NULL ? pageout_save(w->file, &page, err) :
		    pageout_print(w->conf, row.number, &page, w->cancel, err);
	if (rc == 0)
		rc = tell(reg, w, &view, err);
	buf_clear(&page);
	case_view_clear(&view);
	case_row_clear(&row);
	return rc;
}

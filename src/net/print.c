#include "config.h"

#include "net/net.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/text.h"
#include "net/helper.h"
#include "net/proto.h"

/* A title as the printer's panel may show it. */
static char *
fit_title(const char *title)
{
	struct safe_text safe;

	text_safe_str(&safe, title, 0);
	return mem_strndup(safe.s, text_cut(safe.s, PROTO_TITLE_MAX));
}

static int
hear(struct helper *h, struct err *err)
{
	struct err told;
	struct frame f;

	switch (helper_get(h, &f, err)) {
	case 1:
		break;
	case 0:
		return err_set(err, ERR_NET_DIED, h->what, "without a word");
	default:
		return -1;
	}
	if (f.kind == PROTO_END && f.content.len == 0)
		return 0;
	if (f.kind != PROTO_ERROR)
		return err_set(err, ERR_NET_TALK, h->what, "an unknown frame");
	if (proto_error(f.content, &told, err) == -1)
		return -1;
	return err_raw(err, told.code, told.origin, told.raw, told.what, "%s",
	    told.detail);
}

static int
converse(struct helper *h, const struct proto_print *print, struct err *err)
{
	struct err unsent = ERR_INIT;

	/* Why it could not be told, it says itself or its end does. */
	if (proto_send_print(&h->frames, print, &unsent) == -1 &&
	    unsent.code != ERR_NET_DIED)
		return err_set(err, unsent.code, h->what, "%s", unsent.detail);
	return hear(h, err);
}

/* Whatever the process had, to people it is the page that was not printed. */
static int
fail(const struct err *why, const char *title, struct err *err)
{
	if (why->code == ERR_CANCELLED || why->code == ERR_PRINT_NONE ||
	    why->code == ERR_PRINT_FAILED)
		return err_raw(err, why->code, why->origin, why->raw,
		    why->code == ERR_PRINT_NONE ? why->what : title, "%s",
		    why->detail);
	return err_raw(err, ERR_PRINT_FAILED, why->origin, why->raw, title,
	    "%s: %s", err_id(why->code), why->detail);
}

int
net_print_by(const struct net_printing *o, int fd, const char *title,
    const char *printer, const atomic_bool *cancel, struct err *err)
{
	const char *program = o->helper != NULL ? o->helper :
	    paths_print_helper();
	struct proto_print print = { .title = fit_title(title),
		.printer = (char *)printer, .server = (char *)o->server };
	struct err why = ERR_INIT;
	struct helper h;
	int rc;

	helper_init(&h);
	h.what = print.title;
	h.cancel = cancel;
	h.until = clock_mono_ms() +
	    (o->deadline_ms > 0 ? o->deadline_ms : NET_PRINT_MS);
	rc = helper_start(&h, program, fd, &why);
	if (rc == 0)
		rc = converse(&h, &print, &why);
	helper_end(&h);
	if (rc == -1)
		(void)fail(&why, print.title, err);
	free(print.title);
	return rc;
}

int
net_print(int fd, const char *title, const char *printer,
    const atomic_bool *cancel, struct err *err)
{
	return net_print_by(&(struct net_printing){ .helper = NULL }, fd,
	    title, printer != NULL && printer[0] != '\0' ? printer : NULL,
	    cancel, err);
}

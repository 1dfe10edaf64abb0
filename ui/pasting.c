#include "config.h"

#include "ui/pasting.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "cert/file.h"
#include "registry/renewals.h"

void
pasting_init(struct pasting *p)
{
	*p = (struct pasting){ .open = false };
	buf_init(&p->text, RENEWALS_PART_MAX);
}

void
pasting_clear(struct pasting *p)
{
	buf_clear(&p->text);
	p->open = p->refused = false;
}

static void
begin(struct pasting *p, struct err *err)
{
	pasting_clear(p);
	err_clear(err);
	p->open = true;
}

/* What comes after it goes nowhere either. */
static void
refuse(struct pasting *p)
{
	buf_clear(&p->text);
	p->refused = true;
}

static void
add(struct pasting *p, const struct input *in, struct err *err)
{
	char bytes[4];
	size_t n = 1;

	if (p->refused)
		return;
	if (in->kind == INPUT_BREAK)
		bytes[0] = '\n';
	else
		n = text_encode(in->ch, bytes);
	if (buf_add(&p->text, bytes, n) == -1) {
		(void)err_set(err, ERR_TOO_BIG, _("The pasted text"), NULL);
		refuse(p);
	} else if (bytes[0] == '-' && cert_file_ends_in_key(span_of(
	    p->text.data, p->text.len))) {
		(void)err_set(err, ERR_PRIVATE_KEY, _("The pasted text"), NULL);
		refuse(p);
	}
}

static void
end(struct pasting *p, struct err *err)
{
	struct cert_list list;

	p->open = false;
	if (p->refused || p->text.len == 0)
		return;
	if (cert_file_parse(p->text.data, p->text.len, _("The pasted text"),
	    NULL, &list, err) == -1)
		refuse(p);
	else
		cert_list_clear(&list);
}

bool
pasting_input(struct pasting *p, const struct input *in, struct err *err)
{
	if (in->pasted) {
		if (!p->open || in->kind == INPUT_PASTE)
			begin(p, err);
		if (in->kind == INPUT_CHAR || in->kind == INPUT_BREAK)
			add(p, in, err);
		return true;
	}
	/* By a key, where the end of the paste was lost. */
	if (p->open)
		end(p, err);
	return in->kind == INPUT_PASTE;
}

bool
pasting_has(const struct pasting *p)
{
	return !p->open && p->text.len > 0;
}

void
pasting_take(struct pasting *p, struct buf *to)
{
	buf_clear(to);
	*to = p->text;
	pasting_init(p);
}

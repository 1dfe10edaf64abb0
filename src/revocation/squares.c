#include "config.h"

#include "revocation/squares.h"

#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

#include "base/mem.h"

#define ECI_UTF8	26	/* AIM's number for it */

/* Without the word that it is UTF-8, programs guess, and wrongly. */
static QRcode *
encode(const char *text)
{
	QRinput *in = QRinput_new2(0, QR_ECLEVEL_M);
	QRcode *code = NULL;

	if (in == NULL)
		return NULL;
	if (QRinput_appendECIheader(in, ECI_UTF8) == 0 &&
	    QRinput_append(in, QR_MODE_8, (int)strlen(text),
	    (const unsigned char *)text) == 0)
		code = QRcode_encodeInput(in);
	QRinput_free(in);
	return code;
}

bool
squares_make(struct squares *s, const char *text)
{
	QRcode *code = encode(text);
	size_t n;

	memset(s, 0, sizeof *s);
	if (code == NULL)
		return false;
	s->side = code->width;
	n = (size_t)s->side * (size_t)s->side;
	s->dark = mem_array(n, 1);
	for (size_t i = 0; i < n; i++)
		s->dark[i] = code->data[i] & 1;
	QRcode_free(code);
	return true;
}

void
squares_clear(struct squares *s)
{
	free(s->dark);
	memset(s, 0, sizeof *s);
}

bool
squares_dark(const struct squares *s, int row, int column)
{
	return row >= 0 && column >= 0 && row < s->side && column < s->side &&
	    s->dark[row * s->side + column] != 0;
}

#include "config.h"

#include "revocation/squares.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

#include "base/mem.h"

#define ECI_UTF8	26	/* AIM's number for it */

/*
 * Loaded when a code is first drawn: the desk need not start with it, and with what
 * it brings along.
 */
#define CALLS(X) \
	X(QRinput_new2) X(QRinput_append) X(QRinput_appendECIheader) \
	X(QRinput_free) X(QRcode_encodeInput) X(QRcode_free)

static struct {
	bool	there;
#define POINTER(name)	__typeof__(name) *name;
	CALLS(POINTER)
#undef POINTER
} lib;

static void
load(void)
{
	void *library = dlopen(QRENCODE_SONAME, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		return;
#define FIND(name) \
	if ((lib.name = (__typeof__(name) *)dlsym(library, #name)) == NULL) \
		return;
	CALLS(FIND)
#undef FIND
	lib.there = true;
}

static bool
append(QRinput *in, QRencodeMode mode, const char *s)
{
	return s[0] == '\0' || lib.QRinput_append(in, mode, (int)strlen(s),
	    (const unsigned char *)s) == 0;
}

/* Without the word that it is UTF-8, programs guess, and take Polish for Japanese. */
static QRcode *
encode(QRecLevel level, const char *capitals, const char *text)
{
	QRinput *in = lib.QRinput_new2(0, level);
	QRcode *code = NULL;

	if (in == NULL)
		return NULL;
	if (append(in, QR_MODE_AN, capitals) && (text[0] == '\0' ||
	    lib.QRinput_appendECIheader(in, ECI_UTF8) == 0) &&
	    append(in, QR_MODE_8, text))
		code = lib.QRcode_encodeInput(in);
	lib.QRinput_free(in);
	return code;
}

bool
squares_make(struct squares *s, enum squares_level level, const char *capitals,
    const char *text)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	QRcode *code = NULL;
	size_t n;

	if (pthread_once(&once, load) == 0 && lib.there)
		code = encode(level == SQUARES_PAPER ? QR_ECLEVEL_M :
		    QR_ECLEVEL_L, capitals, text);
	memset(s, 0, sizeof *s);
	if (code == NULL)
		return false;
	s->side = code->width;
	n = (size_t)s->side * (size_t)s->side;
	s->dark = mem_array(n, 1);
	for (size_t i = 0; i < n; i++)
		s->dark[i] = code->data[i] & 1;
	lib.QRcode_free(code);
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

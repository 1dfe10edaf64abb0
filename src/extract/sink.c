#include "config.h"

#include "extract/sink.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/der.h"
#include "extract/readers.h"

struct sink {
	struct sink_calls calls;
	char		 place[SCRAP_PATH_MAX + 1];
	size_t		 place_len;
	int		 depth;
	int		 containers;	/* among them */
	size_t		 parts;
	size_t		 unpacked;
	size_t		 told;
	uint64_t	*seen;		/* hashes of what was told */
	size_t		 nscraps, nproblems;
	uint64_t	 problems[SINK_PROBLEMS_MAX];
};

/* FNV-1a: good enough to know a repetition by. */
#define HASH_START	UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME	UINT64_C(0x100000001b3)

static uint64_t
hash(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * HASH_PRIME;
	return h;
}

static uint64_t
hash_text(uint64_t h, const char *s)
{
	return hash(h, s, strlen(s) + 1);
}

static bool
is_among(const uint64_t *v, size_t n, uint64_t h)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == h)
			return true;
	return false;
}

/* --- where it is ----------------------------------------------------------- */

static void
go_to(struct sink *s, const char *name, size_t len)
{
	struct safe_text safe;
	size_t room = SCRAP_PATH_MAX - s->place_len, n;

	text_safe(&safe, name, len, 0);
	n = text_cut(safe.s, room);
	memcpy(s->place + s->place_len, safe.s, n);
	s->place_len += n;
	s->place[s->place_len] = '\0';
}

struct sink *
sink_new(const struct sink_calls *calls, const char *name)
{
	struct sink *s = mem_alloc(sizeof(*s));

	s->calls = *calls;
	go_to(s, name, strlen(name));
	return s;
}

void
sink_free(struct sink *s)
{
	if (s == NULL)
		return;
	free(s->seen);
	free(s);
}

const char *
sink_place(const struct sink *s)
{
	return s->place;
}

size_t
sink_told(const struct sink *s)
{
	return s->told;
}

/* --- problems -------------------------------------------------------------- */

void
sink_problem(struct sink *s, enum err_code code, const char *detail, ...)
{
	struct err err = ERR_INIT;
	char text[ERR_DETAIL_MAX];
	uint64_t h = hash_text(hash(HASH_START, &code, sizeof(code)), s->place);
	va_list ap;

	if (s->nproblems == SINK_PROBLEMS_MAX ||
	    is_among(s->problems, s->nproblems, h))
		return;
	s->problems[s->nproblems++] = h;
	va_start(ap, detail);
	(void)vsnprintf(text, sizeof(text), detail, ap);
	va_end(ap);
	(void)err_set(&err, code, s->place, "%s", text);
	s->told++;
	s->calls.problem(&err, s->calls.arg);
}

int
sink_charge(struct sink *s, size_t n)
{
	if (n <= SINK_UNPACK_MAX - s->unpacked) {
		s->unpacked += n;
		return 0;
	}
	s->unpacked = SINK_UNPACK_MAX;
	sink_problem(s, ERR_PART_LEFT_OUT, "more than %u bytes unpacked",
	    SINK_UNPACK_MAX);
	return -1;
}

/* --- certificates ------------------------------------------------------------ */

/* What says nothing new is not told again. */
static bool
is_news(struct sink *s, const struct scrap *scrap)
{
	uint64_t h = hash(HASH_START, scrap->serial, scrap->serial_len);
	int kind[] = { (int)scrap->role, (int)scrap->when, scrap->damaged };

	h = hash(hash_text(h, scrap->issuer), kind, sizeof(kind));
	if (scrap->cert != NULL)
		h = hash(h, scrap->cert->sha256, sizeof(scrap->cert->sha256));
	if (is_among(s->seen, s->nscraps, h))
		return false;
	if (s->nscraps == SINK_SCRAPS_MAX) {
		sink_problem(s, ERR_PART_LEFT_OUT, "more than %d certificates",
		    SINK_SCRAPS_MAX);
		return false;
	}
	s->seen = mem_grow(s->seen, s->nscraps + 1, sizeof(*s->seen));
	s->seen[s->nscraps++] = h;
	return true;
}

static void
tell(struct sink *s, struct scrap *scrap, const struct mark *mark)
{
	char field[SCRAP_FIELD_MAX + 1];
	struct safe_text safe;
	size_t n;

	scrap->role = mark->role;
	scrap->number = mark->number;
	/* By its zone it may be of a year that cannot be written down. */
	scrap->when = mark->time < DER_TIME_MIN || mark->time > DER_TIME_MAX ?
	    SCRAP_NO_TIME : mark->when;
	scrap->time = scrap->when == SCRAP_NO_TIME ? CERT_NO_TIME : mark->time;
	scrap->damaged = mark->damaged;
	scrap->path = s->place;
	if (mark->field != NULL) {
		text_safe_str(&safe, mark->field, 0);
		n = text_cut(safe.s, SCRAP_FIELD_MAX);
		memcpy(field, safe.s, n);
		field[n] = '\0';
		scrap->field = field;
	}
	if (!is_news(s, scrap))
		return;
	s->told++;
	s->calls.scrap(scrap, s->calls.arg);
}

void
sink_parsed(struct sink *s, const struct cert *cert, const struct mark *mark)
{
	struct scrap scrap = { .cert = (struct cert *)cert,
		.issuer = cert->issuer.line, .serial_len = cert->serial_len };
	struct mark m = *mark;

	memcpy(scrap.serial, cert->serial, cert->serial_len);
	if (m.role == SCRAP_HOLDER && cert->is_ca)
		m.role = SCRAP_ISSUER;
	tell(s, &scrap, &m);
}

void
sink_cert(struct sink *s, struct span der, const struct mark *mark)
{
	struct err err = ERR_INIT;
	struct cert *cert;

	if (cert_parse(der.p, der.len, &cert, &err) != 0) {
		sink_problem(s, ERR_BAD_DATA, "certificate: %s", err.detail);
		return;
	}
	sink_parsed(s, cert, mark);
	cert_free(cert);
}

void
sink_named(struct sink *s, const char *issuer, struct span serial,
    const struct mark *mark)
{
	struct scrap scrap = { .serial_len = 0 };
	struct safe_text safe;

	while (serial.len > 1 && serial.p[0] == 0)
		serial = span_of(serial.p + 1, serial.len - 1);
	if (serial.len == 0 || serial.len > CERT_SERIAL_MAX) {
		sink_problem(s, ERR_BAD_DATA, "a serial number of %zu bytes",
		    serial.len);
		return;
	}
	text_safe_str(&safe, issuer, 0);
	scrap.issuer = safe.s;
	memcpy(scrap.serial, serial.p, serial.len);
	scrap.serial_len = serial.len;
	tell(s, &scrap, mark);
}

/* --- passwords, and documents inside --------------------------------------- */

int
sink_enter_container(struct sink *s)
{
	if (s->containers == SINK_CONTAINERS_MAX) {
		sink_problem(s, ERR_PART_LEFT_OUT,
		    "more than %d containers within each other",
		    SINK_CONTAINERS_MAX);
		return -1;
	}
	s->containers++;
	return 0;
}

void
sink_leave_container(struct sink *s)
{
	s->containers--;
}

struct secret *
sink_password(struct sink *s, bool again)
{
	return s->calls.password(s->place, again, s->calls.arg);
}

void
sink_document(struct sink *s, const char *name, struct span in)
{
	size_t len = s->place_len;

	if (kind_of(in) == KIND_UNKNOWN)
		return;
	if (name[0] != '\0') {
		go_to(s, "/", 1);
		go_to(s, name, strlen(name));
	}
	if (s->depth == SINK_DEPTH_MAX)
		sink_problem(s, ERR_PART_LEFT_OUT, "nested deeper than %d",
		    SINK_DEPTH_MAX);
	else if (s->parts == SINK_PARTS_MAX)
		sink_problem(s, ERR_PART_LEFT_OUT, "more than %d parts",
		    SINK_PARTS_MAX);
	else {
		s->depth++;
		s->parts++;
		extract_any(in, s);
		s->depth--;
	}
	s->place_len = len;
	s->place[len] = '\0';
}

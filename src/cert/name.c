/* Distinguished names: RFC 5280 4.1.2.4, printed after RFC 4514. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/oid.h"
#include "cert/parts.h"

#define LINE_MAX_BYTES	(1u << 20)

/* The attributes that struct cert_name points at. */
static const struct {
	const char	*oid;
	size_t		 offset;
} borrowed[] = {
	{ "2.5.4.3", offsetof(struct cert_name, cn) },
	{ "2.5.4.42", offsetof(struct cert_name, given) },
	{ "2.5.4.4", offsetof(struct cert_name, surname) },
	{ "2.5.4.10", offsetof(struct cert_name, org) },
	{ "2.5.4.11", offsetof(struct cert_name, unit) },
	{ "2.5.4.97", offsetof(struct cert_name, org_id) },
	{ "2.5.4.5", offsetof(struct cert_name, serial) },
	{ "1.2.840.113549.1.9.1", offsetof(struct cert_name, email) },
	{ "2.5.4.6", offsetof(struct cert_name, country) },
	{ "2.5.4.65", offsetof(struct cert_name, pseudonym) },
};

static void
borrow(struct cert_name *name)
{
	for (size_t b = 0; b < sizeof(borrowed) / sizeof(borrowed[0]); b++) {
		const char **field = (const char **)(void *)
		    ((char *)name + borrowed[b].offset);

		*field = NULL;
		for (size_t i = 0; i < name->nattrs && *field == NULL; i++) {
			if (strcmp(name->attrs[i].oid, borrowed[b].oid) == 0)
				*field = name->attrs[i].value;
		}
	}
}

/* RFC 4514 2.4. */
static bool
is_special(const char *value, size_t at, size_t len)
{
	switch (value[at]) {
	case '"':
	case '+':
	case ',':
	case ';':
	case '<':
	case '>':
	case '\\':
		return true;
	case ' ':
		return at == 0 || at + 1 == len;
	case '#':
		return at == 0;
	default:
		return false;
	}
}

/*
 * A value with RFC 4514's escapes, so that one attribute cannot pass itself off
 * as several.
 */
static int
add_escaped(struct buf *line, const char *value)
{
	size_t len = strlen(value), from = 0;

	for (size_t i = 0; i < len; i++) {
		if (!is_special(value, i, len))
			continue;
		if (buf_add(line, value + from, i - from) != 0 ||
		    buf_add(line, "\\", 1) != 0)
			return -1;
		from = i;
	}
	return buf_add(line, value + from, len - from);
}

static int
add_text(struct buf *line, const char *s)
{
	return buf_add(line, s, strlen(s));
}

static int
make_line(struct cert_name *name)
{
	struct buf line;
	int ret = -1;

	buf_init(&line, LINE_MAX_BYTES);
	for (size_t i = 0; i < name->nattrs; i++) {
		const struct cert_attr *attr = &name->attrs[i];
		const char *between = i == 0 ? "" : attr->joined ? " + " : ", ";

		if (add_text(&line, between) != 0 ||
		    add_text(&line, attr->name) != 0 ||
		    add_text(&line, "=") != 0 ||
		    add_escaped(&line, attr->value) != 0)
			goto out;
	}
	free(name->line);
	name->line = mem_strndup(line.len ? (char *)line.data : "", line.len);
	ret = 0;
out:
	buf_clear(&line);
	return ret;
}

static bool
some(const char *s)
{
	return s != NULL && *s != '\0';
}

static void
make_shown(struct cert_name *name)
{
	free(name->shown);
	if (some(name->cn))
		name->shown = mem_strdup(name->cn);
	else if (some(name->given) && some(name->surname))
		name->shown = mem_printf("%s %s", name->given, name->surname);
	else if (some(name->surname))
		name->shown = mem_strdup(name->surname);
	else if (some(name->pseudonym))
		name->shown = mem_strdup(name->pseudonym);
	else if (some(name->org))
		name->shown = mem_strdup(name->org);
	else
		name->shown = mem_strdup(name->line);
}

int
name_finish(struct cert_name *name)
{
	for (size_t i = 0; i < name->nattrs; i++) {
		struct cert_attr *attr = &name->attrs[i];

		free(attr->name);
		attr->name = mem_strdup(oid_attr_name(attr->oid));
	}
	borrow(name);
	if (make_line(name) != 0)
		return -1;
	make_shown(name);
	return 0;
}

void
name_clear(struct cert_name *name)
{
	for (size_t i = 0; i < name->nattrs; i++) {
		free(name->attrs[i].oid);
		free(name->attrs[i].name);
		free(name->attrs[i].value);
	}
	free(name->attrs);
	free(name->line);
	free(name->shown);
	memset(name, 0, sizeof(*name));
}

/* AttributeTypeAndValue */
static int
read_attr(struct span body, struct cert_name *name, bool joined, unsigned *odd)
{
	char oid[DER_OID_TEXT_MAX];
	struct span type;
	struct der value;
	struct cert_attr *attr;

	if (der_enter(&body, DER_OID, &type) != 0 ||
	    der_next(&body, &value) != 0)
		return -1;
	if (name->nattrs == CERT_LIST_MAX) {
		*odd |= ODD_LIST_CUT;
		return 0;
	}
	if (der_oid(type, oid) != 0)
		*odd |= ODD_NAME_ENCODING;
	name->attrs = mem_grow(name->attrs, name->nattrs + 1,
	    sizeof(*name->attrs));
	attr = &name->attrs[name->nattrs++];
	*attr = (struct cert_attr){
		.oid = mem_strdup(oid),
		.value = asn1_text(value.tag, value.body, value.whole, odd),
		.joined = joined,
	};
	return 0;
}

int
name_parse(struct span body, struct cert_name *name, unsigned *odd)
{
	struct span rdn, attr;

	while (body.len > 0) {
		bool joined = false;

		if (der_enter(&body, DER_SET, &rdn) != 0)
			return -1;
		while (rdn.len > 0) {
			if (der_enter(&rdn, DER_SEQUENCE, &attr) != 0 ||
			    read_attr(attr, name, joined, odd) != 0)
				return -1;
			joined = true;
		}
	}
	return 0;
}

char *
cert_name_line(const uint8_t *der, size_t len)
{
	struct cert_name name = { .nattrs = 0 };
	struct span in = span_of(der, len), body;
	unsigned odd = 0;
	char *line = NULL;

	if (der_enter(&in, DER_SEQUENCE, &body) == 0 &&
	    name_parse(body, &name, &odd) == 0 && name_finish(&name) == 0) {
		line = name.line;
		name.line = NULL;
	}
	name_clear(&name);
	return line;
}

/* PEM (RFC 7468): any number of blocks in any text. */
#include "config.h"

#include <string.h>

#include "extract/base64.h"
#include "extract/readers.h"

#define BLOCKS_MAX	2000	/* of one text */
#define BEGIN		"-----BEGIN "
#define END		"-----END "
#define DASHES		"-----"

/* What a block's label says that it holds; keys are nobody's business here. */
static const struct {
	const char	*label;
	void		(*read)(struct span, struct sink *);
} labels[] = {
	{ "CERTIFICATE", extract_cert },
	{ "X509 CERTIFICATE", extract_cert },
	{ "TRUSTED CERTIFICATE", extract_cert },
	{ "PKCS7", extract_cms },
	{ "PKCS #7 SIGNED DATA", extract_cms },
	{ "CMS", extract_cms },
};

/* The rest from where a text stands on; empty where it does not. */
static struct span
find(struct span in, const char *text)
{
	const uint8_t *at = in.len == 0 ? NULL :
	    memmem(in.p, in.len, text, strlen(text));

	return at == NULL ? span_of(NULL, 0) :
	    span_of(at, in.len - (size_t)(at - in.p));
}

static struct span
skip(struct span in, size_t n)
{
	return span_of(in.p + n, in.len - n);
}

/* "Proc-Type: 4,ENCRYPTED" and the like stand before an empty line. */
static struct span
behind_headers(struct span text)
{
	struct span gap = find(text, "\n\n");

	return memchr(text.p, ':', text.len) != NULL && gap.len > 0 ?
	    skip(gap, 2) : text;
}

static void
read_block(struct span label, struct span text, struct sink *sink)
{
	struct buf der;

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		if (label.len != strlen(labels[i].label) ||
		    memcmp(label.p, labels[i].label, label.len) != 0)
			continue;
		buf_init(&der, text.len);
		if (sink_charge(sink, text.len) == 0) {
			if (base64_decode(behind_headers(text), &der) == -1)
				sink_problem(sink, ERR_BAD_DATA, "PEM: %s",
				    labels[i].label);
			else
				labels[i].read(span_of(der.data, der.len),
				    sink);
		}
		buf_clear(&der);
	}
}

void
extract_pem(struct span in, struct sink *sink)
{
	for (int n = 0; (in = find(in, BEGIN)).len > 0; n++) {
		struct span label, text, end;

		if (n == BLOCKS_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "more than %d PEM blocks", BLOCKS_MAX);
			return;
		}
		label = in = skip(in, strlen(BEGIN));
		text = find(in, DASHES);
		if (text.len == 0)
			return;
		label.len = in.len - text.len;
		in = text = skip(text, strlen(DASHES));
		end = find(text, END);
		if (end.len > 0)
			text.len -= end.len;
		read_block(label, text, sink);
	}
}

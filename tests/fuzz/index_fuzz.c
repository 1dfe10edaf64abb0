/* Any bytes as a line of index.txt, and what its subject says as a name. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/nametext.h"
#include "registry/index.h"
#include "tests/fuzz/feed.h"

static void
read_name(const char *text)
{
	struct cert *c = nametext_subject(text), *again;

	if (c == NULL)
		return;
	require(c->subject.nattrs > 0 && c->subject.nattrs <= CERT_LIST_MAX);
	again = nametext_subject(c->subject.line);
	/* Escapes may make it longer than a name may be. */
	require(again != NULL || strlen(c->subject.line) > NAMETEXT_MAX / 4);
	cert_free(again);
	cert_free(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct index_line line;
	char *text;

	if (len > INDEX_LINE_MAX)
		return 0;
	text = mem_strndup((const char *)data, len);
	read_name(text);
	switch (index_read(text, &line)) {
	case INDEX_GOOD:
		require(line.serial_len >= 1 &&
		    line.serial_len <= CERT_SERIAL_MAX);
		require(line.serial_len == 1 || line.serial[0] != 0);
		require((line.revoked_at != 0) ==
		    (line.status != STATUS_GOOD) || line.revoked_at == 0);
		read_name(line.subject);
		break;
	case INDEX_VALUE:
		require(line.bad != NULL);
		break;
	case INDEX_FIELDS:
		break;
	}
	free(text);
	return 0;
}

/*
 * okienko-extract: reads one document that anybody may have made, open as
 * descriptor 4, and tells the desk, on descriptor 3, which certificates it
 * names.  Started by the desk for each document; not a program for people.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/spawn.h"
#include "extract/readers.h"
#include "extract/session.h"
#include "extract/walk.h"

#define DOCUMENT_FD	(SPAWN_FD + 1)

static const struct sandbox_limits limits = {
	.memory = 512ul << 20,
	.cpu = 20,
	.files = 16,
};

/*
 * All of it at once: a file that somebody changes while it is read would be
 * another one each time a parser comes back to it.
 */
static int
read_document(int fd, struct buf *out, struct err *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return err_errno(err, ERR_IO, "document");
	if (!S_ISREG(st.st_mode) || st.st_size < 0 ||
	    (unsigned long)st.st_size > WALK_FILE_MAX ||
	    buf_reserve(out, (size_t)st.st_size) == -1)
		return err_set(err, ERR_TOO_BIG, "document", NULL);
	while (out->len < (size_t)st.st_size) {
		n = pread(fd, out->data + out->len,
		    (size_t)st.st_size - out->len, (off_t)out->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(err, ERR_IO, "document");
		if (n == 0)
			break;
		out->len += (size_t)n;
	}
	return 0;
}

static int
run(struct err *err)
{
	struct err unread = ERR_INIT;
	struct wire *wire = wire_new(SPAWN_FD);
	struct prepared *kept;
	struct buf document;
	int rc = -1;

	buf_init(&document, WALK_FILE_MAX);
	(void)read_document(DOCUMENT_FD, &document, &unread);
	(void)close(DOCUMENT_FD);
	if (sandbox_limit(&limits, err) == 0) {
		kept = extract_prepare();
		if (sandbox_reader(err) == 0)
			rc = session_run(wire, span_of(document.data,
			    document.len), &unread, err);
		extract_let_go(kept);
	}
	buf_clear(&document);
	wire_free(wire);
	return rc;
}

int
main(void)
{
	struct err err = ERR_INIT;

	if (sandbox_descriptors(DOCUMENT_FD, &err) == -1)
		return EXIT_FAILURE;
	/* Nothing of ours outlives its owner. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
	if (run(&err) == 0)
		return EXIT_SUCCESS;
	return EXIT_FAILURE;
}

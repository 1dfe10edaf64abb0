#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "revocation/channel.h"
#include "ui/paperwork.h"

#define PAGE_MAX	((size_t)8 << 20)	/* bytes of one page */

static int
write_all(int fd, const struct buf *page)
{
	size_t done = 0;
	ssize_t n;

	while (done < page->len) {
		n = write(fd, page->data + done, page->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

/* For the account alone, since it names a person; and nothing is replaced. */
static int
save(const char *path, const struct buf *page, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	int rc = 0;

	if (fd == -1)
		return err_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO,
		    path);
	if (write_all(fd, page) == -1 || fsync(fd) == -1)
		rc = err_errno(err, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO,
		    path);
	close(fd);
	if (rc == -1)
		unlink(path);
	return rc;
}

static int
print(const struct paperwork *w, const char *title, const struct buf *page,
    struct err *err)
{
	const char *printer = w->conf->printer;
	int fd = memfd_create("page", MFD_CLOEXEC), rc;

	if (fd == -1)
		return err_errno(err, ERR_IO, title);
	if (write_all(fd, page) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		rc = err_errno(err, ERR_IO, title);
	else
		rc = net_print(fd, title, printer[0] != '\0' ? printer : NULL,
		    w->cancel, err);
	close(fd);
	return rc;
}

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
	struct err no = ERR_INIT;

	/* The last day of a suspension is still to be minded. */
	if (!w->form && view->action == CASE_SUSPEND)
		return 0;
	if (case_may(view, w->form ? STEP_TOLD : STEP_CLOSE, &no) == -1)
		return 0;
	return w->form ? case_told(reg, w->id, &told, w->at, err) :
	    case_close(reg, w->id, w->at, err);
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
	buf_init(&page, PAGE_MAX);
	if (make(w, &row, &view, a, &page, err) == 0)
		rc = w->file != NULL ? save(w->file, &page, err) :
		    print(w, row.number, &page, err);
	if (rc == 0)
		rc = tell(reg, w, &view, err);
	buf_clear(&page);
	case_view_clear(&view);
	case_row_clear(&row);
	return rc;
}

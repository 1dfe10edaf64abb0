#include "config.h"

#include "net/cups.h"

#include <cups/cups.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_CHUNK	32768

/* One job, on its way. */
struct printing {
	const char	*title;
	http_t		*http;
	cups_dest_t	*dest;
	cups_dinfo_t	*info;
	int		 job;
};

/* libcups would ask whoever sits at the terminal. */
static const char *
no_password(const char *prompt, http_t *http, const char *method,
    const char *resource, void *arg)
{
	(void)prompt;
	(void)http;
	(void)method;
	(void)resource;
	(void)arg;
	return NULL;
}

void
cups_prepare(const struct proto_print *print)
{
	cupsSetPasswordCB2(no_password, NULL);
	if (print->server != NULL)
		cupsSetServer(print->server);
	/* Reads the configuration, and who we are. */
	(void)cupsServer();
	(void)cupsUser();
}

static int
refused(const struct printing *p, const char *step, struct err *err)
{
	return err_set(err, ERR_PRINT_FAILED, p->title, "%s: %s", step,
	    cupsLastErrorString());
}

static int
find(struct printing *p, const char *printer, struct err *err)
{
	const char *what = printer != NULL ? printer : "(CUPS)";

	p->http = httpConnect2(cupsServer(), ippPort(), NULL, AF_UNSPEC,
	    cupsEncryption(), 1, CUPS_CONNECT_MS, NULL);
	if (p->http == NULL)
		return err_set(err, ERR_PRINT_NONE, what, "no CUPS at %s: %s",
		    cupsServer(), cupsLastErrorString());
	p->dest = cupsGetNamedDest(p->http, printer, NULL);
	if (p->dest == NULL)
		return err_set(err, ERR_PRINT_NONE, what, "%s",
		    cupsLastErrorString());
	p->info = cupsCopyDestInfo(p->http, p->dest);
	return p->info != NULL ? 0 : refused(p, "asking the printer", err);
}

/* By its own place in the file: the desk may still read it. */
static int
copy(const struct printing *p, int fd, struct err *err)
{
	char chunk[COPY_CHUNK];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, chunk, sizeof(chunk), at)) > 0) {
		if (cupsWriteRequestData(p->http, chunk, (size_t)n) !=
		    HTTP_STATUS_CONTINUE)
			return refused(p, "sending", err);
		at += n;
	}
	return n == 0 ? 0 : err_errno(err, ERR_PRINT_FAILED, p->title);
}

static int
send_job(struct printing *p, int fd, struct err *err)
{
	if (cupsCreateDestJob(p->http, p->dest, p->info, &p->job, p->title, 0,
	    NULL) > IPP_STATUS_OK_CONFLICTING)
		return refused(p, "making a job", err);
	if (cupsStartDestDocument(p->http, p->dest, p->info, p->job, p->title,
	    CUPS_FORMAT_PDF, 0, NULL, 1) != HTTP_STATUS_CONTINUE)
		return refused(p, "beginning", err);
	if (copy(p, fd, err) == -1)
		return -1;
	if (cupsFinishDestDocument(p->http, p->dest, p->info) >
	    IPP_STATUS_OK_CONFLICTING)
		return refused(p, "ending", err);
	return 0;
}

int
cups_print(const struct proto_print *print, int fd, struct err *err)
{
	struct printing p = { .title = print->title };
	struct stat st;
	int rc;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
	    st.st_size > CUPS_PAGE_MAX)
		return err_set(err, ERR_PRINT_FAILED, print->title,
		    "no file, or none of a page's size");
	rc = find(&p, print->printer, err);
	if (rc == 0)
		rc = send_job(&p, fd, err);
	/* Half a page is worse than none. */
	if (rc == -1 && p.job != 0)
		(void)cupsCancelDestJob(p.http, p.dest, p.job);
	cupsFreeDestInfo(p.info);
	cupsFreeDests(p.dest != NULL ? 1 : 0, p.dest);
	httpClose(p.http);
	return rc;
}

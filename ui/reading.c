#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/reach.h"
#include "ui/reading.h"

#define ITEMS_MAX	2000	/* of one path */

struct reading {
	struct loop		*loop;
	struct worker		*worker;
	bool			 stick;		/* nothing but what is on one */
	void			(*changed)(void *);
	void			*arg;
	struct read_view	 view;
	char			*root;		/* what was asked for */
	struct walk_list	 files;
	bool			 full;		/* ITEMS_MAX, which is told once */
	unsigned		 job;		/* walking or opening */
	struct extract		*extract;
};

/* --- what blocks --------------------------------------------------------- */

/* Walk a path, or open one file of it. */
struct errand {
	struct job		 job;
	struct reading		*reading;
	char			*path;
	bool			 open, stick;
	struct walk_list	 files;
	int			 fd;
	struct err		 err;
};

/* As reach_old, where sticks alone are read. */
static int
on_stick(const char *path, char **real, struct err *err)
{
	struct usb_list sticks;
	int rc = extract_usb_list(NULL, NULL, &sticks, err);

	*real = NULL;
	if (rc == 0 && usb_holds(&sticks, path))
		*real = realpath(path, NULL);
	if (rc == 0 && *real == NULL)
		rc = err_set(err, ERR_NOT_ON_STICK, path, NULL);
	usb_list_clear(&sticks);
	return rc;
}

static void
errand_run(struct job *j)
{
	struct errand *e = (struct errand *)j;
	char *real;

	if ((e->stick ? on_stick(e->path, &real, &e->err) :
	    reach_old(e->path, &real, &e->err)) == -1)
		return;
	if (e->open)
		(void)walk_open(real, &e->fd, &e->err);
	else
		(void)walk_files(real, &j->cancel, &e->files, &e->err);
	free(real);
}

static void
errand_free(struct job *j)
{
	struct errand *e = (struct errand *)j;

	walk_clear(&e->files);
	if (e->fd != -1)
		close(e->fd);
	free(e->path);
	free(e);
}

static void	 errand_done(struct job *);

static void
run_errand(struct reading *r, const char *path, bool open_it)
{
	struct errand *e = mem_alloc(sizeof *e);

	e->job = (struct job){ .run = errand_run, .done = errand_done,
	    .free = errand_free };
	e->reading = r;
	e->path = mem_strdup(path);
	e->open = open_it;
	e->stick = r->stick;
	e->fd = -1;
	r->job = worker_post(r->worker, &e->job);
}

/* --- what the process says ----------------------------------------------- */

static void	 next_file(struct reading *);

static void
note_problem(struct reading *r, const struct err *err)
{
	if (r->view.problems < TROUBLES_MAX)
		r->view.problem[r->view.problems] = *err;
	r->view.problems++;
}

/* There is no other copying of a certificate than through its own record. */
static struct cert *
copy_of(const struct cert *c)
{
	json_t *json = cert_to_json(c);
	struct cert *copy = NULL;
	struct err err = ERR_INIT;

	if (cert_from_json(json, &copy, &err) == -1)
		log_err("copying a certificate", &err);
	json_decref(json);
	return copy;
}

static void
on_found(const struct scrap *s, void *arg)
{
	struct reading *r = arg;
	struct read_view *v = &r->view;
	char hex[2 * CERT_SERIAL_MAX + 1];
	struct read_item *i;
	struct err err = ERR_INIT;

	if (v->n == ITEMS_MAX) {
		if (!r->full && err_set(&err, ERR_PART_LEFT_OUT, r->root,
		    "more than %d certificates", ITEMS_MAX) == -1)
			note_problem(r, &err);
		r->full = true;
		return;
	}
	v->items = mem_grow(v->items, v->n + 1, sizeof *v->items);
	i = &v->items[v->n++];
	*i = (struct read_item){ .issuer = mem_strdup(s->issuer),
	    .place = mem_strdup(s->path), .role = s->role, .when = s->when,
	    .time = s->time, .damaged = s->damaged,
	    .serial_len = s->serial_len,
	    .hex = mem_strdup(scrap_serial(s, hex, sizeof hex)) };
	memcpy(i->serial, s->serial, s->serial_len);
	if (s->cert != NULL)
		i->cert = copy_of(s->cert);
}

static void
on_problem(const struct err *err, void *arg)
{
	note_problem(arg, err);
}

static void
on_password(const char *name, bool again, void *arg)
{
	struct reading *r = arg;

	free(r->view.locked);
	r->view.locked = mem_strdup(name);
	r->view.again = again;
	r->changed(r->arg);
}

static void
on_done(const struct err *err, void *arg)
{
	struct reading *r = arg;

	r->extract = NULL;
	/* In a folder most files name nobody: that is no news. */
	if (err->code != ERR_NONE &&
	    (err->code != ERR_NO_SCRAP || r->view.files == 1))
		note_problem(r, err);
	r->view.read++;
	next_file(r);
	r->changed(r->arg);
}

static const struct extract_calls calls = { .found = on_found,
	.problem = on_problem, .password = on_password, .done = on_done };

/* --- one file after another ---------------------------------------------- */

static void
next_file(struct reading *r)
{
	if (r->view.read < r->files.n)
		run_errand(r, r->files.paths[r->view.read], true);
	else
		r->view.busy = false;
}

/* A file as people know it: without what all of them begin with. */
static const char *
name_of(const struct reading *r, const char *path)
{
	size_t n = strlen(r->root);
	const char *slash = strrchr(path, '/');

	if (strncmp(path, r->root, n) == 0 && path[n] != '\0')
		return path + n + strspn(path + n, "/");
	return slash != NULL ? slash + 1 : path;
}

static void
note_gaps(struct reading *r)
{
	struct err gaps[WALK_GAPS_MAX];
	size_t n = walk_gaps(&r->files, r->root, gaps);

	for (size_t i = 0; i < n; i++)
		note_problem(r, &gaps[i]);
}

static void
errand_done(struct job *j)
{
	static const struct extract_options usual = { 0 };
	struct errand *e = (struct errand *)j;
	struct reading *r = e->reading;

	r->job = 0;
	if (e->err.code != ERR_NONE) {
		note_problem(r, &e->err);
		if (e->open)
			r->view.read++;
		next_file(r);
	} else if (e->open) {
		r->extract = extract_start(r->loop, &usual, e->fd,
		    name_of(r, e->path), &calls, r);
		e->fd = -1;
	} else {
		r->files = e->files;
		r->view.files = e->files.n;
		memset(&e->files, 0, sizeof e->files);
		note_gaps(r);
		next_file(r);
	}
	r->changed(r->arg);
}

static void
forget(struct reading *r)
{
	for (size_t i = 0; i < r->view.n; i++) {
		struct read_item *it = &r->view.items[i];

		cert_free(it->cert);
		free(it->issuer);
		free(it->place);
		free(it->hex);
	}
	free(r->view.items);
	free(r->view.locked);
	free(r->root);
	r->root = NULL;
	walk_clear(&r->files);
	memset(&r->files, 0, sizeof r->files);
	r->full = false;
	memset(&r->view, 0, sizeof r->view);
}

struct reading *
reading_new(struct loop *loop, struct worker *worker, bool stick,
    void (*changed)(void *), void *arg)
{
	struct reading *r = mem_alloc(sizeof *r);

	r->loop = loop;
	r->worker = worker;
	r->stick = stick;
	r->changed = changed;
	r->arg = arg;
	return r;
}

void
reading_stop(struct reading *r)
{
	worker_cancel(r->worker, r->job);
	r->job = 0;
	extract_cancel(r->extract);
	r->extract = NULL;
	free(r->view.locked);
	r->view.locked = NULL;
	r->view.busy = false;
}

void
reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	reading_stop(r);
	forget(r);
	free(r);
}

const struct read_view *
reading_view(const struct reading *r)
{
	return &r->view;
}

void
reading_start(struct reading *r, const char *path)
{
	reading_stop(r);
	forget(r);
	r->view.busy = true;
	r->root = mem_strdup(path);
	run_errand(r, path, false);
}

void
reading_password(struct reading *r, struct secret *password)
{
	free(r->view.locked);
	r->view.locked = NULL;
	if (r->extract != NULL)
		extract_password(r->extract, password);
	else
		secret_free(password);
}

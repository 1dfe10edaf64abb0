#include "config.h"

#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/reach.h"
#include "base/trust.h"
#include "ui/complete.h"

#define LOOKED_AT	100000	/* names of one folder */

struct task {
	struct job		 job;
	bool			 stick;
	struct completion	 answer;
	void			(*done)(const struct completion *, void *);
	void			*arg;
};

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * Names that begin so; a folder's ends in a slash. Hidden ones if asked for.  Of a
 * link that may lead out of what may be looked at, nothing is told.
 */
static void
gather(struct completion *c, DIR *d, const char *begun, bool bounded,
    const atomic_bool *cancel)
{
	size_t len = strlen(begun);
	struct dirent *e;
	struct stat st;

	for (int i = 0; i < LOOKED_AT && c->n < COMPLETE_MAX &&
	    !atomic_load(cancel) && (e = readdir(d)) != NULL; i++) {
		bool folder;

		if (strncmp(e->d_name, begun, len) != 0 ||
		    (e->d_name[0] == '.' && begun[0] != '.') ||
		    strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		folder = e->d_type == DT_DIR || (e->d_type != DT_REG &&
		    fstatat(dirfd(d), e->d_name, &st, bounded ?
		    AT_SYMLINK_NOFOLLOW : 0) == 0 &&
		    S_ISDIR(st.st_mode));
		c->names = mem_grow(c->names, c->n + 1, sizeof *c->names);
		c->names[c->n++] = mem_printf("%s%s", e->d_name,
		    folder ? "/" : "");
	}
	if (c->n > 1)
		qsort(c->names, c->n, sizeof *c->names, compare);
}

/* Bytes that all names begin with, ending at a character's edge. */
static size_t
in_common(const struct completion *c)
{
	size_t n = strlen(c->names[0]);

	for (size_t i = 1; i < c->n; i++) {
		size_t same = 0;

		while (same < n && c->names[i][same] == c->names[0][same])
			same++;
		n = same;
	}
	while (n > 0 && ((unsigned char)c->names[0][n] & 0xc0) == 0x80)
		n--;
	return n;
}

static DIR *
open_folder(const char *typed)
{
	char *path = reach_name(typed[0] != '\0' ? typed : "."), *real;
	struct err ignored = ERR_INIT;
	DIR *d = reach_old(path, &real, &ignored) == 0 ? opendir(real) : NULL;

	free(real);
	free(path);
	return d;
}

static DIR *
open_on_stick(const char *path, const struct usb_list *sticks)
{
	return usb_holds(sticks, path) ? opendir(path) : NULL;
}

static void
run(struct job *j)
{
	struct task *t = (struct task *)j;
	const char *typed = t->answer.typed, *slash = strrchr(typed, '/');
	const char *begun = slash != NULL ? slash + 1 : typed;
	struct err ignored = ERR_INIT;
	char *folder;
	DIR *d;

	if (t->stick || !trust_is_strict())
		(void)extract_usb_list(NULL, NULL, &t->answer.usb, &ignored);
	folder = mem_strndup(typed, slash != NULL ?
	    (size_t)(slash - typed) + 1 : 0);
	d = typed[0] == '\0' ? NULL :
	    t->stick ? open_on_stick(folder, &t->answer.usb) :
	    open_folder(folder);
	if (d != NULL) {
		gather(&t->answer, d, begun, t->stick || trust_is_strict(),
		    &j->cancel);
		closedir(d);
	}
	if (t->answer.n > 0)
		t->answer.path = mem_printf("%s%.*s", folder,
		    (int)in_common(&t->answer), t->answer.names[0]);
	else
		t->answer.path = mem_strdup(typed);
	free(folder);
}

static void
done(struct job *j)
{
	struct task *t = (struct task *)j;

	t->done(&t->answer, t->arg);
}

static void
finish(struct job *j)
{
	struct task *t = (struct task *)j;

	for (size_t i = 0; i < t->answer.n; i++)
		free(t->answer.names[i]);
	free(t->answer.names);
	free(t->answer.typed);
	free(t->answer.path);
	usb_list_clear(&t->answer.usb);
	free(t);
}

unsigned
complete_start(struct worker *w, const char *path, bool stick,
    void (*answer)(const struct completion *, void *), void *arg)
{
	struct task *t = mem_alloc(sizeof *t);

	t->job = (struct job){ .run = run, .done = done, .free = finish };
	t->answer.typed = mem_strdup(path);
	t->stick = stick;
	t->done = answer;
	t->arg = arg;
	return worker_post(w, &t->job);
}

void
complete_field(const struct completion *c, struct field *field)
{
	if (strcmp(c->typed, field->text) == 0 &&
	    strcmp(c->path, field->text) != 0)
		field_set(field, c->path);
}

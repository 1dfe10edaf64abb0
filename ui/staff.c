#include "config.h"

#include "ui/staff.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/trust.h"
#include "cert/file.h"

struct staff {
	struct cert_list	*files;
	size_t			 n;
};

static int
read_one(const char *path, bool named, struct cert_list *out, struct err *err)
{
	char *real;
	int rc;

	if (trust_beside(path, named, &real, err) == -1)
		return -1;
	rc = cert_file_read(real, NULL, out, err);
	free(real);
	return rc;
}

struct staff *
staff_new(const struct conf *conf)
{
	const struct conf_list *files = &conf->staff;
	struct staff *s = mem_alloc(sizeof *s);

	for (size_t i = 0; i < files->n; i++) {
		struct err err = ERR_INIT;

		s->files = mem_grow(s->files, s->n + 1, sizeof *s->files);
		if (read_one(files->v[i], conf->path != NULL,
		    &s->files[s->n], &err) == 0)
			s->n++;
		else
			log_err("certificate of the staff", &err);
	}
	return s;
}

void
staff_free(struct staff *s)
{
	if (s == NULL)
		return;
	while (s->n > 0)
		cert_list_clear(&s->files[--s->n]);
	free(s->files);
	free(s);
}

/* The file's bytes are the ones that count: the card shows only which. */
static bool
has(const struct staff *s, const struct card_cert *c, int64_t now,
    struct staff_card *out)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->files[i].n; k++) {
			const struct cert *own = s->files[i].certs[k];

			if (memcmp(own->sha256, c->sha256,
			    sizeof own->sha256) != 0)
				continue;
			out->der = s->files[i].ders[k];
			out->by = own->key_type == KEY_EC ? SIGN_ECDSA :
			    SIGN_RSA;
			return own->not_before <= now && now <= own->not_after;
		}
	return false;
}

bool
staff_find(const struct staff *s, const struct card *card, int64_t now,
    struct staff_card *out)
{
	for (size_t i = 0; card != NULL && i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];

		if (c->cert == NULL || c->tokens == 0 ||
		    c->key == KEY_MISSING || !has(s, c, now, out))
			continue;
		out->token = &card->tokens[__builtin_ctz(c->tokens)];
		out->key = c->id;
		return true;
	}
	return false;
}

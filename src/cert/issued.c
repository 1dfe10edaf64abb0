#include "config.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/file.h"
#include "cert/issued.h"

/* --- keys of which the hash is known -------------------------------------- */

static bool
is_hashed(const struct authority *a, const struct cert *c)
{
	char hex[2 * sizeof c->spki_sha256 + 1];

	text_hex(c->spki_sha256, sizeof c->spki_sha256, 0, hex, sizeof hex);
	for (size_t i = 0; i < a->key_sha256s.n; i++)
		if (strcmp(a->key_sha256s.v[i], hex) == 0)
			return true;
	return false;
}

static int
take_ids(const char *path, void *arg)
{
	struct authority *a = arg;
	struct conf_list *ids = &a->hashed_ids;
	struct cert_list list;

	/* Whoever asks a status says that it cannot be read. */
	if (cert_file_read(path, NULL, &list, &(struct err)ERR_INIT) != 0)
		return 0;
	for (size_t i = 0; i < list.n && ids->n < SETTING_LIST_MAX; i++)
		if (list.certs[i]->ski != NULL && is_hashed(a, list.certs[i]))
			ids->v[ids->n++] = mem_strdup(list.certs[i]->ski);
	cert_list_clear(&list);
	return 0;
}

void
cert_authority_keys(struct authorities *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].key_sha256s.n > 0)
			(void)authority_ca_files(&all->v[i], take_ids,
			    &all->v[i], &(struct err)ERR_INIT);
}

/* --- whose ----------------------------------------------------------------- */

const struct authority *
cert_authority(const struct cert *c, const struct authorities *all,
    enum authority_by *how)
{
	const struct authority_issuer issuer = {
		.key_id = c->aki,
		.organization_id = c->issuer.org_id,
		.common_name = c->issuer.cn,
	};

	return authority_for(all, &issuer, how);
}

void
cert_validity_by(const struct cert *c, int64_t now, const struct conf *conf,
    const struct authority *a, struct validity_view *v)
{
	long renew = conf->renew_days, working = conf->working_days;

	if (a != NULL && a->renew_days != 0)
		renew = a->renew_days;
	if (a != NULL && a->working_days != 0)
		working = a->working_days;
	cert_validity(c, now, (int)renew, (int)working, v);
}
